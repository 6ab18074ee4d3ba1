// Starts one real OpenSearch or Elasticsearch node in this JVM from the jars on
// the class path.  Run as a single source file (java -cp ... TestNode.java), so
// there is nothing to build.  Everything is looked up by name: the same source
// serves OpenSearch 2.x and 3.x and Elasticsearch 7.x, whose constructors and
// packages differ.
//
// usage: TestNode HOME PORT PORTFILE [setting=value ...]
//   HOME      node directory (data, logs, config are made below it)
//   PORT      HTTP port on 127.0.0.1; 0 lets the kernel choose
//   PORTFILE  written (by rename) with the bound port once the node answers
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

public class TestNode {
	// Each entry: class name below the root package, or alternatives ("a|b").
	// A class that is not on the class path is left out.
	static final String[] PLUGINS = {
		"transport.netty4.Netty4ModulePlugin|transport.Netty4ModulePlugin|transport.netty4.Netty4Plugin|transport.Netty4Plugin",
		"analysis.common.CommonAnalysisModulePlugin|analysis.common.CommonAnalysisPlugin",
		"painless.PainlessModulePlugin|painless.PainlessPlugin",
		"index.reindex.ReindexModulePlugin|index.reindex.ReindexPlugin|reindex.ReindexPlugin",
		"script.mustache.MustacheModulePlugin|script.mustache.MustachePlugin",
		"join.ParentJoinModulePlugin|join.ParentJoinPlugin",
		"search.aggregations.matrix.MatrixAggregationModulePlugin|search.aggregations.matrix.MatrixAggregationPlugin",
		"index.rankeval.RankEvalModulePlugin|index.rankeval.RankEvalPlugin",
		"percolator.PercolatorModulePlugin|percolator.PercolatorPlugin",
		"index.mapper.MapperExtrasModulePlugin|index.mapper.MapperExtrasPlugin",
	};
	static String root;

	static Class<?> find(String name) {
		try {
			return Class.forName(name);
		} catch (ClassNotFoundException e) {
			return null;
		}
	}

	static Object call(Object target, Class<?> type, String name) throws Exception {
		Method m = type.getMethod(name);
		m.setAccessible(true);
		return m.invoke(target);
	}

	// Calls the Node constructor that takes the plugin list: a list of classes
	// up to OpenSearch 2.x and Elasticsearch 7.x, of PluginInfo in OpenSearch 3.x.
	static Object construct(Class<?> node, Object environment, List<Class<?>> plugins, String version) throws Exception {
		for (Constructor<?> c : node.getDeclaredConstructors()) {
			Class<?>[] p = c.getParameterTypes();
			if (p.length != 3 || p[1] != Collection.class || p[2] != boolean.class) {
				continue;
			}
			c.setAccessible(true);
			if (c.getGenericParameterTypes()[1].getTypeName().contains("PluginInfo")) {
				List<Object> infos = new ArrayList<>();
				Class<?> v = find(root + ".Version");
				Constructor<?> make = find(root + ".plugins.PluginInfo").getConstructor(String.class, String.class,
					String.class, v, String.class, String.class, String.class, List.class, boolean.class);
				for (Class<?> plugin : plugins) {
					infos.add(make.newInstance(plugin.getName(), "classpath plugin", "NA", v.getField("CURRENT").get(null),
						"1.8", plugin.getName(), null, List.of(), false));
				}
				return c.newInstance(environment, infos, false);
			}
			return c.newInstance(environment, plugins, false);
		}
		throw new IllegalStateException("no known Node constructor in " + version);
	}

	public static void main(String[] args) throws Exception {
		Path home = Path.of(args[0]).toAbsolutePath();
		Path portFile = Path.of(args[2]).toAbsolutePath();
		root = find("org.opensearch.node.Node") != null ? "org.opensearch" : "org.elasticsearch";
		Class<?> nodeType = Class.forName(root + ".node.Node");
		Class<?> settingsType = Class.forName(root + ".common.settings.Settings");

		List<Class<?>> plugins = new ArrayList<>();
		for (String names : PLUGINS) {
			for (String name : names.split("\\|")) {
				Class<?> c = find(root + "." + name);
				if (c != null) {
					plugins.add(c);
					break;
				}
			}
		}

		Object builder = settingsType.getMethod("builder").invoke(null);
		Method put = builder.getClass().getMethod("put", String.class, String.class);
		List<String> lines = new ArrayList<>(List.of(
			"cluster.name=testbed", "node.name=testbed-1", "discovery.type=single-node",
			"network.host=127.0.0.1", "http.port=" + args[1], "transport.port=0", "http.type=netty4", "transport.type=netty4",
			"path.home=" + home, "path.data=" + home.resolve("data"), "path.logs=" + home.resolve("logs"),
			"cluster.routing.allocation.disk.threshold_enabled=false", "action.auto_create_index=true"));
		for (int i = 3; i < args.length; i++) {
			lines.add(args[i]);
		}
		for (String line : lines) {
			int eq = line.indexOf('=');
			put.invoke(builder, line.substring(0, eq), line.substring(eq + 1));
		}
		Object settings = builder.getClass().getMethod("build").invoke(builder);
		Files.createDirectories(home.resolve("config"));

		Supplier<String> name = () -> "testbed-1";
		Object environment = Class.forName(root + ".node.InternalSettingsPreparer")
			.getMethod("prepareEnvironment", settingsType, Map.class, Path.class, Supplier.class)
			.invoke(null, settings, Map.of(), home.resolve("config"), name);

		Object node = construct(nodeType, environment, plugins, root);
		call(node, nodeType, "start");

		Object injector = call(node, nodeType, "injector");
		Class<?> http = Class.forName(root + ".http.HttpServerTransport");
		Method get = injector.getClass().getMethod("getInstance", Class.class);
		get.setAccessible(true);
		Object transport = get.invoke(injector, http);
		Object bound = call(transport, http, "boundAddress");
		Object address = call(bound, bound.getClass(), "publishAddress");
		int port = (Integer) call(address, address.getClass(), "getPort");

		CountDownLatch closed = new CountDownLatch(1);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			try {
				((AutoCloseable) node).close();
			} catch (Exception e) {
				e.printStackTrace();
			}
			closed.countDown();
		}));
		Path tmp = portFile.resolveSibling(portFile.getFileName() + ".tmp");
		Files.writeString(tmp, port + "\n");
		Files.move(tmp, portFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		System.out.println("started " + root + " http 127.0.0.1:" + port + " plugins " + plugins.size());
		closed.await();
	}
}

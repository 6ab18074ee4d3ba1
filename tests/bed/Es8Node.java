// Starts one real Elasticsearch 8 node in this JVM; same arguments as TestNode.
// In Elasticsearch's own package, for the package-private constructor that takes
// the plugin service, so it is compiled, not run as a source file.
package org.elasticsearch.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.plugins.MockPluginsService;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;
import org.elasticsearch.transport.netty4.Netty4Plugin;

public class Es8Node {
	public static void main(String[] args) throws Exception {
		LogConfigurator.loadLog4jPlugins();
		LogConfigurator.configureESLogging();
		Path home = Path.of(args[0]).toAbsolutePath();
		Path portFile = Path.of(args[2]).toAbsolutePath();
		Files.createDirectories(home.resolve("config"));
		Settings.Builder settings = Settings.builder()
			.put("cluster.name", "testbed").put("node.name", "testbed-1").put("discovery.type", "single-node")
			.put("network.host", "127.0.0.1").put("http.port", args[1]).put("transport.port", "0")
			.put("http.type", "netty4").put("transport.type", "netty4").put("path.home", home.toString())
			.put("path.data", home.resolve("data").toString()).put("path.logs", home.resolve("logs").toString())
			.put("cluster.routing.allocation.disk.threshold_enabled", false);
		for (int i = 3; i < args.length; i++) {
			int eq = args[i].indexOf('=');
			settings.put(args[i].substring(0, eq), args[i].substring(eq + 1));
		}
		Environment environment = InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), home.resolve("config"), () -> "testbed-1");
		Node node = new Node(NodeConstruction.prepareConstruction(environment, null, new NodeServiceProvider() {
			@Override
			PluginsService newPluginService(Environment e, PluginsLoader loader) {
				return new MockPluginsService(e.settings(), e, List.of(Netty4Plugin.class));
			}
		}, false));
		node.start();
		int port = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();

		CountDownLatch closed = new CountDownLatch(1);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			try {
				node.close();
			} catch (Exception e) {
				e.printStackTrace();
			}
			closed.countDown();
		}));
		Path tmp = portFile.resolveSibling(portFile.getFileName() + ".tmp");
		Files.writeString(tmp, port + "\n");
		Files.move(tmp, portFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		closed.await();
	}
}

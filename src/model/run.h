/*
 * The record of one run.
 */
#ifndef KENPIN_RUN_H
#define KENPIN_RUN_H

#include "base/base.h"

/* Corrections. Proposed, exported (no word yet), applied, unreported, escalated: how many stand so at the end of the
 * run; verified, self_healed, reopened: how many this run judged so. */
struct recovery_counts {
	int64_t proposed, exported, applied, verified, self_healed, reopened, escalated, unreported;
};

struct run_counts {
	int64_t documents, bytes, pages;
	int64_t drafts; /* what the rules said */
	int64_t opened, reopened, changed, known, resolved;
	int64_t rule_errors, broken_documents;
	int64_t sent, owed, dead; /* deliveries */
	int64_t actions;
	int64_t held;      /* messages that quiet hours keep */
	int64_t inhibited; /* at the end of the run: told to nobody while another rule's finding is there */
	int64_t partitions, incomplete;
	int64_t silenced,
		suspects;  /* seen, and told to nobody: hidden by a silence or baseline; not yet seen often enough */
	int64_t in_flight; /* differences of two sides that were being changed */
	int64_t forgotten; /* rows that are no longer kept */
	struct recovery_counts recovery;
	int64_t ms_read, ms_export, ms_deliver; /* of the wall */
	int64_t peak_bytes;                     /* most memory that the process had so far */
};

struct run {
	int64_t number;
	char id[24];            /* "r-000412" */
	int64_t started, ended; /* ms; ended 0 while it runs */
	char status[16];        /* running, complete, incomplete, stopped, failed */
	int exit_code;
	struct run_counts counts;
	char why[512]; /* first reason when it is not complete */
};

#endif

//! The codes of rule tests. What `gardener explain-code` says of each stands beside this file, in `codes/`.

crate::codes! {
    /// A file has no cases.
    NO_CASES = "no-cases", Error, "a file of cases is empty", include_str!("codes/no-cases.md");
    /// A file of cases is not read.
    CASES_NOT_READ = "cases-not-read", Error, "a file of cases lies where none are read", include_str!("codes/cases-not-read.md");
    /// A name is taken.
    CASE_NAME_TAKEN = "case-name-taken", Error, "two cases have the same name", include_str!("codes/case-name-taken.md");
    /// There is nothing to look at.
    CASE_WITHOUT_ENTRIES = "case-without-entries", Error, "a case has no entries to look at", include_str!("codes/case-without-entries.md");
    /// Nothing is expected.
    CASE_EXPECTS_NOTHING = "case-expects-nothing", Error, "a case expects nothing, so that it cannot fail", include_str!("codes/case-expects-nothing.md");
    /// A capture is not there.
    CASE_CAPTURE = "case-capture", Error, "a case names a capture that is not in the pack", include_str!("codes/case-capture.md");
    /// An entry cannot be read.
    CASE_ENTRY = "case-entry", Error, "an entry of a case cannot be read as a log entry", include_str!("codes/case-entry.md");
    /// An entry is hardly the one that is meant.
    CASE_ODD_ENTRY = "case-odd-entry", Error, "an entry of a case is hardly the one that was meant", include_str!("codes/case-odd-entry.md");
    /// A name is not known.
    CASE_UNKNOWN_NAME = "case-unknown-name", Error, "a case names a metric, facet or group that its definition does not have", include_str!("codes/case-unknown-name.md");
    /// It is not clear which cluster is meant.
    CASE_CLUSTER = "case-cluster", Error, "it is not clear which cluster a case means", include_str!("codes/case-cluster.md");
    /// No mute holds.
    CASE_WITHOUT_MUTES = "case-without-mutes", Error, "a case expects something of mutes, and none holds in it", include_str!("codes/case-without-mutes.md");
    /// A field differs.
    EXPECTATION_FAILED = "expectation-failed", Error, "what came of a case's entries is not what it expects", include_str!("codes/expectation-failed.md");
    /// A cluster is not there.
    CLUSTER_MISSING = "cluster-missing", Error, "a cluster that a case expects did not come", include_str!("codes/cluster-missing.md");
    /// A cluster is there that should not be.
    CLUSTER_UNEXPECTED = "cluster-unexpected", Error, "a cluster came that a case does not expect", include_str!("codes/cluster-unexpected.md");
    /// An entry is matched.
    ENTRY_MATCHED = "entry-matched", Error, "a definition matches what a case says none may match", include_str!("codes/entry-matched.md");
    /// A diagnostic did not come.
    DIAGNOSTIC_MISSING = "diagnostic-missing", Error, "a diagnostic that a case expects did not come", include_str!("codes/diagnostic-missing.md");
    /// Policy failed.
    POLICY_FAILURE_UNEXPECTED = "policy-failure-unexpected", Error, "policy failed in a case that does not expect it", include_str!("codes/policy-failure-unexpected.md");
    /// There were no entries.
    CASE_READ_NOTHING = "case-read-nothing", Error, "a case found no entry to look at", include_str!("codes/case-read-nothing.md");
    /// Records cannot be read.
    CASE_MALFORMED = "case-malformed", Error, "records of a case cannot be read, and it does not expect that", include_str!("codes/case-malformed.md");
    /// A snapshot is not as it was accepted.
    SNAPSHOT_DIFFERS = "snapshot-differs", Error, "what came of a case is not what was accepted",
        "A snapshot holds the whole decision, or the worklog, of a case as somebody has accepted it. The rules, or the entries, now \
         give something else.\n\nLook at it with `gardener test --review`; `gardener test --accept` takes all that changed for right.";
    /// A capture of a case cannot be read.
    CASE_UNREADABLE = "case-unreadable", Error, "a capture of a case cannot be read",
        "The file that the case names is there, but cannot be read to its end: it is cut short, not packed as its name says, or \
         closed to this user.";
}

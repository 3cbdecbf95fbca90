//! Codes of what a change of rules changes: stable, for gates and for reports of pipelines.

crate::codes! {
    /// A cluster is there that was not.
    CLUSTER_GAINED = "cluster-gained", Warning, "a cluster is there that was not there before",
        "With the base's rules these entries were in other clusters, ignored, or routine; the diff says from where they come. \
         A new cluster has no history and, if it is urgent enough, gets an issue of its own.";
    /// A cluster is gone.
    CLUSTER_LOST = "cluster-lost", Warning, "a cluster is no longer there",
        "Nothing is in this cluster any more. Look where its entries went: to a better cluster, or into silence. Its issue is \
         not updated any more.";
    /// A cluster has another name.
    CLUSTER_RENAMED = "cluster-renamed", Warning, "a cluster has the same entries under another identity",
        "The fingerprint of a cluster is made of its definition's id and the values of its group. With another id it is \
         another cluster: its history and its issue are lost, unless the definition lists the former id.\n\n```yaml\n- id: \
         checkout-timeout\n  was: [payment-timeout]\n```";
    /// A severity is more urgent than it was.
    SEVERITY_RAISED = "severity-raised", Warning, "a cluster is more urgent than before",
        "The diff shows the reasons of both sides: what is declared, and what policy made of it with its script and line.";
    /// A severity is less urgent than it was.
    SEVERITY_LOWERED = "severity-lowered", Warning, "a cluster is less urgent than before",
        "Nobody may be called any more for what somebody was called for. The diff shows the reasons of both sides: what is \
         declared, and what policy made of it with its script and line.";
    /// The severity is the same for other reasons.
    REASONS_CHANGED = "reasons-changed", Warning, "the severity of a cluster is the same, but for other reasons",
        "Another severity is declared, or policy came to the same one by another way. Nobody is called for it today; but what is \
         declared stands wherever policy does not decide, and a reason stands in the worklog and in issues. It counts as a \
         change. `--fail-on severity-raised --fail-on severity-lowered` gates on what is urgent alone.";
    /// An impact is another one.
    IMPACT_CHANGED = "impact-changed", Warning, "the impact of a cluster is another one",
        "The business level, its text, or the technical impact. Texts with numbers in them change with the entries.";
    /// What becomes of an issue is something else.
    ACTION_CHANGED = "action-changed", Warning, "another action is planned for the issue of a cluster",
        "Another kind of action, another issue, or another title of a new one. `file_from` in the manifest says from which \
         severity on issues are filed. Also that a cluster is muted, or is a symptom of another one, or no longer is.";
    /// A text is another one.
    TEXT_CHANGED = "text-changed", Warning, "a text of a cluster is another one",
        "The title, kind, category, pattern, recommendation, follow-up or the related definitions.";
    /// A count is another one.
    COUNT_CHANGED = "count-changed", Warning, "a cluster has more or fewer entries, or another frequency",
        "The diff says where the entries come from or go. The word for the frequency also depends on `frequency` in the \
         manifest.";
    /// What is captured is something else.
    VALUES_CHANGED = "values-changed", Warning, "the metrics or facets of a cluster are others",
        "A metric or facet is there that was not, or is gone; or from the same entries something else is read.";
    /// Scripts fail where they did not, or the other way round.
    FAILURE_CHANGED = "failure-changed", Warning, "policy fails on a cluster where it did not, or no longer fails",
        "Where policy fails, what the definition declares stands. The reasons of the cluster say what failed, with script and \
         line.";
    /// Entries went elsewhere.
    ENTRIES_MOVED = "entries-moved", Warning, "entries went to another cluster",
        "From one cluster to another, or between ignored and routine. An entry belongs to the first definition that matches, \
         by priority, then own pack before base, then file and position.";
    /// Entries went to where they are less urgent.
    ENTRIES_LOWERED = "entries-lowered", Warning, "entries went to a less urgent cluster",
        "They are still in a cluster, but in one of a less urgent severity: often because a query has become narrower than it \
         was meant to be, and a more general definition takes what it leaves.";
    /// Entries are no longer seen.
    ENTRIES_SILENCED = "entries-silenced", Warning, "entries that were clustered are ignored or routine now",
        "These entries are in no cluster any more, so that nobody sees them: an ignoring definition takes them, or no \
         definition does and they are below `attention`.";
    /// Entries are seen that were not.
    ENTRIES_SURFACED = "entries-surfaced", Warning, "entries that were ignored or routine are clustered now",
        "A definition takes them, or the floor of `attention` is lower.";
    /// Less is taken out.
    REDACTION_REDUCED = "redaction-reduced", Warning, "a redaction takes out less than before",
        "Of the same entries this redaction now takes out less; another one may take it instead. Before merging, make sure \
         that no secret is left: the diff itself shows only text that both packs' redactions have gone over.";
    /// More is taken out.
    REDACTION_EXTENDED = "redaction-extended", Warning, "a redaction takes out more than before",
        "Rules see text whose secrets are taken out, so that a query for what is taken out now does not match any more.";
}

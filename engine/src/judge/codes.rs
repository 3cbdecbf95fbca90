//! Codes of what goes wrong while judging.

crate::codes! {
    /// A policy function failed on a cluster.
    POLICY_FAILED = "policy-failed", Warning, "a policy function failed on a cluster",
        "The function ran into an error or a limit of the sandbox while it judged a cluster. What the definition declares \
         stands, and the report marks the cluster with `policy_failed`.\n\nThe marked place is the innermost one. A function \
         that takes too many steps usually holds a loop that does not end.";
}

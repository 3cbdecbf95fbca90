//! The codes of runs.

crate::codes! {
    /// There is no result.
    NO_RESULT = "no-result", Error, "a command ended before it had a result",
        "The command could not do what it was asked to: the pack is invalid, nothing was selected, or something could not be \
         read. A report that was asked for says so, so that nobody takes an older one for its result.";
}

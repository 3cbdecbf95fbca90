//! Reasons for a severity, as texts that end in the place that gave them.

/// `P1 → P0: why (policy/a.rhai:12)` as the text, the script and the line.
pub(crate) fn split_reason(reason: &str) -> Option<(&str, &str, usize)> {
    let (text, place) = reason.strip_suffix(')')?.rsplit_once(" (")?;
    let (script, line) = place.rsplit_once(':')?;
    let is_script = [".rhai", ".yaml", ".yml"].iter().any(|ending| script.ends_with(ending)) || script.contains('#');
    Some((text, script, line.parse().ok().filter(|_| is_script)?))
}

#[cfg(test)]
mod tests {
    use super::split_reason;

    #[test]
    fn places_are_read_out_of_reasons() {
        assert_eq!(
            split_reason("P1 → P0: it is (so) (policy/a.rhai:12)"),
            Some(("P1 → P0: it is (so)", "policy/a.rhai", 12))
        );
        assert_eq!(split_reason("x (clusters/a.yaml:3)"), Some(("x", "clusters/a.yaml", 3)));
        for reason in ["declared P1 by a", "x (ratio 3:4)", "x (policy/a.rhai)", "(policy/a.rhai:1)"] {
            assert_eq!(split_reason(reason), None, "{reason}");
        }
    }
}

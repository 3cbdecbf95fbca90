//! Names of cases as names of files.

use crate::id::hash64;

/// Characters that a name gives to a file's.
const LENGTH: usize = 80;

/// `auth__wrong-passwords-are-noise` for the case of that name in `auth.yaml`.
pub(super) fn stem(file: &str, name: &str) -> String {
    let file = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    format!("{}__{}", slug(file), slug(name))
}

/// Small letters, digits and single hyphens. A name that loses more than blanks and signs keeps apart from others by a hash.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    let is_cut = slug.len() > LENGTH;
    if is_cut || slug.is_empty() || name.chars().any(|c| c.is_alphanumeric() && !c.is_ascii()) {
        slug.truncate(LENGTH);
        let hash = hash64(name.as_bytes()) >> 32;
        let hyphen = if slug.is_empty() { "" } else { "-" };
        return format!("{}{hyphen}{hash:08x}", slug.trim_end_matches('-'));
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain_file_names() {
        assert_eq!(stem("auth.yaml", "Wrong passwords: are *noise*!"), "auth__wrong-passwords-are-noise");
        assert_eq!(stem("a b.yml", "x"), "a-b__x");
        assert_eq!(stem("a.yaml", "../../etc/passwd"), "a__etc-passwd");
    }

    #[test]
    fn names_that_lose_letters_stay_apart() {
        let (one, two) = (stem("a.yaml", "größer"), stem("a.yaml", "grßer"));
        assert_ne!(one, two);
        assert!(one.starts_with("a__gr-er-"), "{one}");
        assert_ne!(stem("a.yaml", "日本"), stem("a.yaml", "東京"));
        let long = |end: &str| stem("a.yaml", &format!("{}{end}", "x".repeat(200)));
        assert_ne!(long("a"), long("b"));
        assert!(long("a").len() < 100);
    }
}

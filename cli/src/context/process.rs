//! What a process is called among others, and whether it still runs.
//!
//! A name says which machine, user and namespace it is of, and when the kernel has begun the process, which tells it from a
//! later one with the same number. Only Linux tells that (proc(5)); elsewhere, and of processes elsewhere, nothing is known.

use std::fs;

use gardener_engine::id::hash_parts;

/// A process, as its kernel tells of it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// When it began, in ticks since the machine did.
    begun: u64,
    /// Whether it has ended, and only nobody has asked how.
    has_ended: bool,
}

/// The name of this process; `more` is told to people.
pub(super) fn named(more: &str) -> String {
    let id = std::process::id();
    match (place(), seen("self")) {
        (Some(place), Some(seen)) => format!("process {id} {more} ({place}:{})", seen.begun),
        _ => format!("process {id} {more}"),
    }
}

/// Whether the process of a name is known to run no more.
pub(super) fn is_gone(name: &str) -> bool {
    let Some((id, begun)) = parsed(name).filter(|(_, at, _)| Some(*at) == place().as_deref()).map(|it| (it.0, it.2))
    else {
        return false;
    };
    // Nothing is known either where processes cannot be looked at.
    seen("self").is_some() && seen(id).is_none_or(|seen| seen.has_ended || seen.begun != begun)
}

/// Number, place and beginning.
fn parsed(name: &str) -> Option<(&str, &str, u64)> {
    let id = name.strip_prefix("process ")?.split(' ').next().filter(|id| id.parse::<u32>().is_ok())?;
    let (place, begun) = name.strip_suffix(')')?.rsplit_once('(')?.1.split_once(':')?;
    Some((id, place, begun.parse().ok()?))
}

fn seen(id: &str) -> Option<Seen> {
    parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// Its line in proc(5). The second field is the program's name in parentheses, which may hold anything.
fn parse(line: &str) -> Option<Seen> {
    let mut fields = line.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    Some(Seen { has_ended: matches!(state, "Z" | "X" | "x"), begun: fields.nth(18)?.parse().ok()? })
}

/// Where numbers of processes mean the same, and can be looked at: since the machine was started, in this namespace, and by
/// this user, for who may look is told only of their own on some machines.
#[cfg(target_os = "linux")]
fn place() -> Option<String> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::MetadataExt;
    let start = fs::read("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let user = fs::metadata("/proc/self").ok()?.uid().to_le_bytes();
    Some(format!("{:016x}", hash_parts(&[&start, namespace.as_os_str().as_bytes(), &user])))
}

#[cfg(not(target_os = "linux"))]
fn place() -> Option<String> {
    let _ = hash_parts(&[]);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernel_is_read_whatever_the_program_is_called() {
        let line = "12 (a) b (c) S 1 12 12 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 777 1 1";
        assert_eq!(parse(line), Some(Seen { begun: 777, has_ended: false }));
        assert!(parse(&line.replace(" S ", " Z ")).unwrap().has_ended);
        assert_eq!((parse("12 (a) S 1"), parse("")), (None, None));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_runs_is_told_from_who_has_run() {
        let own = named("begun today");
        assert!(own.starts_with("process ") && own.contains(" begun today ("), "{own}");
        assert!(!is_gone(&own));
        let (id, place, begun) = parsed(&own).unwrap();
        assert!(is_gone(&format!("process {id} begun today ({place}:{})", begun + 1)), "another with the same number");
        assert!(!is_gone(&format!("process {id} begun today (0000000000000000:{begun})")), "another machine");
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let other = child.id().to_string();
        let name = format!("process {other} x ({place}:{})", seen(&other).unwrap().begun);
        assert!(!is_gone(&name));
        child.kill().unwrap();
        // Until somebody asks how it ended it is still listed.
        while !seen(&other).unwrap().has_ended {
            std::thread::yield_now();
        }
        assert!(is_gone(&name));
        child.wait().unwrap();
        assert!(is_gone(&name));
    }

    #[test]
    fn of_names_that_say_nothing_nothing_is_known() {
        for name in
            ["", "process 1", "process 1 begun today", "process 4294967295 begun", "me (x:1)", "process x (y:z)"]
        {
            assert!(!is_gone(name), "{name}");
        }
    }
}

//! Streams kept in memory, for commands that read their captures more than once.

use std::fs::File;
use std::io::{self, Read};

use super::{Capture, InputError, Place, shown_error, shown_size};

/// The most that is kept of a stream, packed as it comes.
const LIMIT: usize = 64 << 20;

/// The same capture, so that it can be read more than once: what comes from standard input or a pipe is read into memory.
///
/// # Errors
/// Where it cannot be read, or is too large to be kept.
pub(crate) fn held(capture: Capture) -> Result<Capture, InputError> {
    let failed = |reason: String| InputError { capture: capture.name.clone(), reason, is_remote: false };
    let stream: Box<dyn Read> = match &capture.place {
        Place::Stdin => Box::new(io::stdin()),
        Place::File(path) if capture.size.is_none() => {
            Box::new(File::open(path).map_err(|error| failed(shown_error(&error)))?)
        }
        Place::File(_) | Place::Held(_) | Place::Object(_) => return Ok(capture),
    };
    let bytes = kept(stream, LIMIT).map_err(failed)?;
    let size = u64::try_from(bytes.len()).ok();
    Ok(Capture { place: Place::Held(bytes.into()), size, ..capture })
}

/// All that a stream holds, if it is not too much.
fn kept(stream: impl Read, limit: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    stream.take(most).read_to_end(&mut bytes).map_err(|error| shown_error(&error))?;
    if bytes.len() <= limit {
        return Ok(bytes);
    }
    let limit = shown_size(limit);
    Err(format!("it is read more than once, and no more than {limit} of a stream are kept; save it as a file first"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_kept_whole_or_not_at_all() {
        assert_eq!(kept(&b"abc"[..], 3), Ok(b"abc".to_vec()));
        assert!(kept(&b"abcd"[..], 3).unwrap_err().contains("no more than 3 bytes"));
        assert!(kept(io::repeat(b'x'), 1 << 20).unwrap_err().contains("1 MiB"), "it ends");
    }
}

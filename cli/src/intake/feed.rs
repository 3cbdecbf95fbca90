//! The chunks of all captures, handed out one by one to whoever is free.

use std::sync::{Mutex, PoisonError};

use super::turn::patiently;
use crate::source::{CaptureReader, Chunk, InputError, Spare};

/// The captures while they are read. Who asks for a chunk reads it, while the others work on theirs.
pub(super) struct Feed {
    state: Mutex<State>,
    spare: Spare,
}

struct State {
    /// Nothing any more once all is read.
    reader: Option<CaptureReader>,
    number: u64,
    errors: Vec<InputError>,
}

impl Feed {
    /// The chunks of a reader.
    pub(super) fn of(reader: CaptureReader) -> Self {
        let spare = reader.spare();
        Self { state: Mutex::new(State { reader: Some(reader), number: 0, errors: Vec::new() }), spare }
    }

    /// The next chunk and its number, which goes up by one from 0 on; nothing once all is read.
    pub(super) fn next(&self) -> Option<(u64, Chunk)> {
        // It is poisoned where another worker has panicked while it read: then there is nothing more either.
        let mut state = patiently(&self.state).ok()?;
        let State { reader, number, errors } = &mut *state;
        for chunk in reader.as_mut()? {
            match chunk {
                Ok(chunk) => {
                    *number += 1;
                    return Some((*number - 1, chunk));
                }
                Err(error) => errors.push(error),
            }
        }
        *reader = None;
        None
    }

    /// Takes back a chunk that nobody needs any more.
    pub(super) fn leave(&self, chunk: Chunk) {
        self.spare.leave(chunk);
    }

    /// What could not be read.
    pub(super) fn into_errors(self) -> Vec<InputError> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).errors
    }
}

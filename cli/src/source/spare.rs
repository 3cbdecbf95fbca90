//! Room for bytes that is used again: chunks are as large as each other, and hundreds of them are read in a second.

use std::sync::{Arc, Mutex, PoisonError};

use super::Chunk;

/// Pieces of room that are kept.
const KEPT: usize = 3;
/// Sizes are multiples of this, so that room for one chunk is room for the next, which is a little larger.
const STEP: usize = 64 << 10;
/// Bytes of a piece that is kept: what a record of unusual length needed is given back.
const LARGEST: usize = 4 << 20;

/// Room that is not in use. Clones share it, so that who has read a chunk can give its room back to the reader.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spare(Arc<Mutex<Vec<Vec<u8>>>>);

impl Spare {
    /// So many bytes, of any values: whoever asks writes over them.
    pub(super) fn room(&self, size: usize) -> Vec<u8> {
        let mut room = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if room.capacity() < size {
            // Not by `resize` alone, which would take twice as much.
            room = Vec::with_capacity(size.next_multiple_of(STEP));
        }
        // What has been written before is not cleared again.
        room.resize(size, 0);
        room
    }

    /// Takes the room of a chunk that nobody needs any more.
    pub(crate) fn leave(&self, chunk: Chunk) {
        self.give(chunk.into_bytes());
    }

    /// Takes room that nobody uses any more.
    fn give(&self, room: Vec<u8>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && room.capacity() <= LARGEST {
            kept.push(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_used_again_and_bounded() {
        let spare = Spare::default();
        let mut room = spare.room(100);
        room.fill(7);
        let place = room.as_ptr();
        spare.clone().give(room);
        let again = spare.room(80);
        assert_eq!((again.as_ptr(), again.len()), (place, 80));
        (0..KEPT * 2).for_each(|_| spare.give(vec![0; 10]));
        spare.give(vec![0; LARGEST + 1]);
        assert_eq!(spare.0.lock().unwrap().len(), KEPT);
    }
}

//! Room for bytes that is used again: chunks are as large as each other, and hundreds of them are read in a second.

use std::sync::{Arc, Mutex, PoisonError};

use super::Chunk;

/// Pieces of room that are kept.
const KEPT: usize = 3;
/// Sizes are multiples of this, so that room for one chunk is room for the next, which is a little larger.
const STEP: usize = 64 << 10;
/// Bytes of a piece that is kept: what a record of unusual length needed is given back.
const LARGEST: usize = 1 << 20;

/// Room that is not in use. Clones share it, so that who has read a chunk can give its room back to the reader.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spare(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    pieces: Vec<Vec<u8>>,
    /// How much was asked for at the most. All pieces are that large, or one that is too small would be in the way of all
    /// others: where a broken line ends a chunk, that is a short one.
    most: usize,
}

impl Spare {
    /// So many bytes, of any values: whoever asks writes over them.
    pub(super) fn room(&self, size: usize) -> Vec<u8> {
        let mut room = self.piece(size);
        // What has been written before is not cleared again.
        room.resize(size, 0);
        room
    }

    /// Nothing yet, with room for so many bytes.
    pub(super) fn empty(&self, size: usize) -> Vec<u8> {
        let mut room = self.piece(size);
        room.clear();
        room
    }

    fn piece(&self, size: usize) -> Vec<u8> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.most = kept.most.max(size.next_multiple_of(STEP).min(LARGEST));
        let (room, most) = (kept.pieces.pop().unwrap_or_default(), kept.most);
        drop(kept);
        // Not by `resize` alone, which would take twice as much.
        if room.capacity() < size { Vec::with_capacity(size.next_multiple_of(STEP).max(most)) } else { room }
    }

    /// Takes the room of a chunk that nobody needs any more.
    pub(crate) fn leave(&self, chunk: Chunk) {
        self.give(chunk.into_bytes());
    }

    /// Takes room that nobody uses any more.
    fn give(&self, room: Vec<u8>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.pieces.len() < KEPT && (kept.most..=LARGEST).contains(&room.capacity()) {
            kept.pieces.push(room);
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
        (0..KEPT * 2).for_each(|_| spare.give(vec![0; STEP]));
        spare.give(vec![0; LARGEST + 1]);
        assert_eq!(spare.0.lock().unwrap().pieces.len(), KEPT);
    }

    #[test]
    fn a_small_piece_is_in_the_way_of_none() {
        let spare = Spare::default();
        let large = spare.room(3 * STEP);
        let small = spare.room(10);
        assert!(small.capacity() >= 3 * STEP);
        spare.give(vec![0; STEP]);
        assert!(spare.0.lock().unwrap().pieces.is_empty(), "what is smaller than others is given back");
        spare.give(small);
        spare.give(large);
        assert!((0..2).all(|_| spare.0.lock().unwrap().pieces.pop().is_some_and(|room| room.capacity() >= 3 * STEP)));
    }
}

//! The bytes of an object, as they come.

use std::fmt;
use std::io::{self, Read};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::{GetOptions, GetRange, ObjectStore};

use super::{Object, trouble};

/// What makes the pieces of an object come.
type Pieces = BoxStream<'static, object_store::Result<Bytes>>;

/// An object that is being read. A connection that drops is made again where it dropped, as long as something comes.
pub(in super::super) struct Download {
    object: Object,
    /// Bytes that were handed on.
    at: u64,
    /// Where what comes now began.
    began: u64,
    /// What tells that it is the same object still.
    etag: Option<String>,
    pieces: Option<Pieces>,
    piece: Bytes,
    /// Whether a token was refused, and nothing has come since.
    is_refused: bool,
    is_done: bool,
}

impl Download {
    pub(super) fn new(object: Object) -> Self {
        Self {
            object,
            at: 0,
            began: 0,
            etag: None,
            pieces: None,
            piece: Bytes::new(),
            is_refused: false,
            is_done: false,
        }
    }

    /// The next piece; nothing at the end.
    fn next(&mut self) -> Result<Option<Bytes>, String> {
        loop {
            let got = match self.pieces.take() {
                Some(mut pieces) => match self.object.bucket.runtime.block_on(pieces.next()) {
                    Some(Ok(piece)) => {
                        self.pieces = Some(pieces);
                        self.is_refused = false;
                        return Ok(Some(piece));
                    }
                    Some(Err(error)) => Err(error),
                    None if self.at >= self.object.size => return Ok(None),
                    None if self.at > self.began => Ok(()),
                    None => return Err("the object ended before its end".to_owned()),
                },
                None => self.open(),
            };
            let Err(error) = got else { continue };
            if trouble::is_unauthorized(&error) && !self.is_refused && self.object.bucket.forget_token() {
                self.is_refused = true;
            } else if self.at == self.began {
                return Err(trouble::told(&self.object.bucket.name, &error));
            }
            // What has come counts, and it goes on behind it.
        }
    }

    fn open(&mut self) -> object_store::Result<()> {
        let Object { bucket, path, .. } = &self.object;
        let options = GetOptions {
            range: (self.at > 0).then_some(GetRange::Offset(self.at)),
            if_match: self.etag.clone(),
            ..GetOptions::default()
        };
        self.began = self.at;
        let got = bucket.runtime.block_on(bucket.store.get_opts(path, options))?;
        self.etag = got.meta.e_tag.clone();
        self.object.size = got.meta.size;
        self.pieces = Some(got.into_stream());
        Ok(())
    }
}

impl Read for Download {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.is_done {
            match self.next() {
                Ok(Some(piece)) => self.piece = piece,
                Ok(None) => self.is_done = true,
                Err(why) => {
                    self.is_done = true;
                    return Err(io::Error::other(Lost(why)));
                }
            }
        }
        let count = room.len().min(self.piece.len());
        let piece = self.piece.split_to(count);
        room.get_mut(..count).unwrap_or_default().copy_from_slice(&piece);
        self.at += count as u64;
        Ok(count)
    }
}

/// Why an object could not be read to its end: not its own fault, as damage would be.
#[derive(Debug)]
pub(in super::super) struct Lost(String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Lost {}

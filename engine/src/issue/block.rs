//! The part of an issue's text, or of a comment's, that is the program's own.
//!
//! People write before and behind it, and what they write stays. Whether they have changed the block itself is known by a hash
//! in its first line.

use std::ops::Range;

use super::marker::{self, Marker};
use crate::id::hash64;

/// The last line of a block.
const CLOSE: &str = "<!-- /gardener:v1 -->";
/// Blocks of one text that are read.
const BLOCKS: usize = 16;
/// Places of one text at which a block may begin.
const CANDIDATES: usize = 256;

/// A marked block, as it stands in a text:
///
/// ```text
/// <!-- gardener:v1 fingerprint=v1:… key=… hash=… -->
/// TEXT
/// <!-- /gardener:v1 -->
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What its first line says.
    pub marker: Marker,
    /// Where it stands, from its first line to its last one, without the line break behind that.
    pub range: Range<usize>,
    /// The hash of its text as it is now.
    pub hash: String,
    /// Whether it is what its first line says that was written.
    pub is_intact: bool,
}

/// A text as a marked block. No comment of Markdown begins in the text, `<!--` being written `<! --`, so that nothing in it
/// ends the block or begins another one.
///
/// ```
/// use gardener_engine::{id::Fingerprint, issue::{Block, Marker, block}};
/// let marker = Marker::new(Fingerprint::new("pack", "id", &[]));
/// let body = format!("A person's remark.\n\n{}\nMore.", block(&marker, "**Severity:** P2"));
/// let found = Block::find(&body).unwrap();
/// assert!(found.is_intact);
/// assert!(!Block::find(&body.replace("P2", "P3")).unwrap().is_intact);
/// ```
#[must_use]
pub fn block(marker: &Marker, text: &str) -> String {
    let text = without_comments(text.trim_matches('\n'));
    let begin = marker::BEGIN;
    format!("{begin}{} hash={}{}\n{text}\n{CLOSE}", marker.words(), hash(&text), marker::END)
}

/// A text with another block in the place of one; all other bytes of it stay as they are.
#[must_use]
pub fn replaced(body: &str, old: &Block, new_block: &str) -> String {
    let (before, after) = (body.get(..old.range.start), body.get(old.range.end..));
    // The break of the line that the block was on stays; what is inside follows the text around it.
    format!("{}{new_block}{}", before.unwrap_or(""), after.unwrap_or(""))
}

impl Block {
    /// The first block of a text that is whole.
    #[must_use]
    pub fn find(body: &str) -> Option<Self> {
        Self::all(body).into_iter().next()
    }

    /// The blocks of a text that are whole, in its order. One without an end is none, nor is one in which another begins.
    #[must_use]
    pub fn all(body: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for (start, _) in body.match_indices(marker::BEGIN).take(CANDIDATES) {
            found.extend(Self::at(body, start));
            if found.len() == BLOCKS {
                break;
            }
        }
        found
    }

    /// The block that begins at a place.
    fn at(body: &str, start: usize) -> Option<Self> {
        let rest = body.get(start..)?;
        let (words, behind) = rest.strip_prefix(marker::BEGIN)?.split_once(marker::END)?;
        let written = marker::word(words, "hash")?;
        let marker = Marker::parse(words)?;
        let (text, _) = behind.split_once(CLOSE)?;
        if text.contains(marker::BEGIN) {
            return None;
        }
        let length = marker::BEGIN.len() + words.len() + marker::END.len() + text.len() + CLOSE.len();
        let hash = hash(text);
        let is_intact = hash == written;
        Some(Self { marker, range: start..start + length, hash, is_intact })
    }
}

/// The hash of a text, without what browsers and GitHub change in texts that nobody has edited: the kind of line breaks, and
/// white space at the ends of lines and of the text.
fn hash(text: &str) -> String {
    let lines = text.split('\n').map(str::trim_end);
    let joined = lines.collect::<Vec<_>>().join("\n");
    format!("{:016x}", hash64(joined.trim_matches('\n').as_bytes()))
}

/// A text in which no comment of Markdown begins: `<!--` is written `<! --`. A space does it, for in code an entity would be
/// shown as it is written.
#[must_use]
pub fn without_comments(text: &str) -> String {
    text.replace("<!--", "<! --")
}

#[cfg(test)]
mod tests;

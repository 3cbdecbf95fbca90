//! Finds the end of a JSON value that comes in pieces.

use memchr::memchr3;

/// Walks over the tokens of one value, and holds nothing of it but the brackets that are open. It checks that tokens stand
/// where they may, so that a missing quote or bracket is noticed near its place, and not at the end of the capture.
/// What strings and numbers hold is not checked, and a comma before a closing bracket is let pass.
#[derive(Debug)]
pub(in crate::source) struct Scan {
    state: State,
    /// The open brackets; true for an object.
    open: Vec<bool>,
    deepest: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value, or the end of a list.
    Value,
    /// A key, or the end of an object.
    Key,
    Colon,
    /// A comma, or the end of a list or an object.
    Behind,
    /// Within a string.
    Text {
        key: bool,
    },
    /// Behind a backslash in a string.
    Escape {
        key: bool,
    },
    /// Within a number, or a word.
    Word,
}

/// What came of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Step {
    /// The value ends in front of this byte of the piece.
    Done(usize),
    /// It goes on.
    More,
    /// At this byte of the piece stands something else than what was expected.
    Bad(usize, &'static str),
}

impl Scan {
    /// Refuses values with more open brackets than `deepest`.
    pub(in crate::source) fn new(deepest: usize) -> Self {
        Self { state: State::Value, open: Vec::new(), deepest }
    }

    /// Makes ready for the next value.
    pub(in crate::source) fn restart(&mut self) {
        self.state = State::Value;
        self.open.clear();
    }

    /// Whether the value would be whole if nothing came behind it.
    pub(super) fn may_end(&self) -> bool {
        self.state == State::Word && self.open.is_empty()
    }

    /// Walks over the next piece.
    pub(in crate::source) fn run(&mut self, piece: &[u8]) -> Step {
        let mut at = 0;
        loop {
            let rest = piece.get(at..).unwrap_or_default();
            match self.state {
                State::Text { key } => match memchr3(b'"', b'\\', b'\n', rest) {
                    None => return Step::More,
                    Some(found) => {
                        at += found + 1;
                        self.state = match rest.get(found) {
                            Some(b'"') if key => State::Colon,
                            Some(b'"') => State::Behind,
                            Some(b'\\') => State::Escape { key },
                            _ => return Step::Bad(at - 1, "a closing quote"),
                        };
                    }
                },
                State::Escape { key } => match rest.first() {
                    None => return Step::More,
                    Some(b'\n') => return Step::Bad(at, "a closing quote"),
                    Some(_) => {
                        at += 1;
                        self.state = State::Text { key };
                    }
                },
                State::Word => match rest.iter().position(|byte| ends_word(*byte)) {
                    None => return Step::More,
                    Some(found) => {
                        at += found;
                        self.state = State::Behind;
                    }
                },
                State::Value | State::Key | State::Colon | State::Behind => {
                    let Some(found) = rest.iter().position(|byte| !is_space(*byte)) else { return Step::More };
                    at += found;
                    let byte = rest.get(found).copied().unwrap_or_default();
                    if let Err(expected) = self.token(byte) {
                        return Step::Bad(at, expected);
                    }
                    at += 1;
                }
            }
            if self.state == State::Behind && self.open.is_empty() {
                return Step::Done(at);
            }
        }
    }

    /// Takes the first byte of a token.
    fn token(&mut self, byte: u8) -> Result<(), &'static str> {
        self.state = match (self.state, byte) {
            (State::Value, b'"') => State::Text { key: false },
            (State::Value, b'{') => self.enter(true)?,
            (State::Value, b'[') => self.enter(false)?,
            (State::Value | State::Behind, b']') if self.open.last() == Some(&false) => self.leave(),
            (State::Key | State::Behind, b'}') if self.open.last() == Some(&true) => self.leave(),
            (State::Value, b'}' | b']' | b',' | b':') => return Err("a value"),
            (State::Value, _) => State::Word,
            (State::Key, b'"') => State::Text { key: true },
            (State::Key, _) => return Err("a key in quotes, or `}`"),
            (State::Colon, b':') => State::Value,
            (State::Colon, _) => return Err("a colon"),
            (State::Behind, b',') if self.open.last() == Some(&true) => State::Key,
            (State::Behind, b',') => State::Value,
            _ if self.open.last() == Some(&true) => return Err("a comma or `}`"),
            _ => return Err("a comma or `]`"),
        };
        Ok(())
    }

    fn enter(&mut self, object: bool) -> Result<State, &'static str> {
        if self.open.len() >= self.deepest {
            return Err("fewer levels of nesting");
        }
        self.open.push(object);
        Ok(if object { State::Key } else { State::Value })
    }

    fn leave(&mut self) -> State {
        self.open.pop();
        State::Behind
    }
}

/// White space as JSON has it.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

fn ends_word(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"')
}

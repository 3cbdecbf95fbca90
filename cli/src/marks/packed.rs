//! Marks as bytes: times as differences, packed by zstd.

use gardener_engine::entry::Timestamp;

use super::{Late, MOST, Mark, Marks};

/// The version of the form, and of the one that knows what came late.
const VERSION: u8 = 1;
const WITH_LATE: u8 = 2;
/// Bytes of a mark at most: its key, and two numbers of 64 bits.
const WIDEST: usize = 28;
/// How hard zstd tries: hashes do not get any smaller.
const LEVEL: i32 = 1;

impl Marks {
    /// Bytes to be kept.
    pub(crate) fn packed(&self) -> Vec<u8> {
        let mut bytes = vec![if self.late.is_some() { WITH_LATE } else { VERSION }];
        let mut last = self.from;
        time(&mut bytes, self.from, Timestamp::from_unix(0, 0).unwrap_or(self.from));
        if let Some(late) = self.late {
            time(&mut bytes, late.received, self.from);
            time(&mut bytes, late.from, self.from);
        }
        for mark in &self.all {
            time(&mut bytes, mark.at, last);
            last = mark.at;
        }
        for mark in &self.all {
            bytes.extend(mark.key.to_le_bytes());
        }
        let mut packed = u32::try_from(self.all.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        packed.extend(zstd::bulk::compress(&bytes, LEVEL).unwrap_or_default());
        packed
    }

    /// What was packed; nothing where the bytes are others.
    pub(crate) fn unpacked(packed: &[u8]) -> Option<Self> {
        let (length, packed) = packed.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length <= MOST)?;
        let bytes = zstd::bulk::decompress(packed, (length + 4) * WIDEST).ok()?;
        let (version, mut rest) = bytes.split_first()?;
        if ![VERSION, WITH_LATE].contains(version) {
            return None;
        }
        let from = read_time(&mut rest, Timestamp::from_unix(0, 0)?)?;
        let late = match *version {
            WITH_LATE => Some(Late { received: read_time(&mut rest, from)?, from: read_time(&mut rest, from)? }),
            _ => None,
        };
        let mut last = from;
        let mut times = Vec::with_capacity(length);
        for _ in 0..length {
            last = read_time(&mut rest, last)?;
            times.push(last);
        }
        let (keys, behind) = rest.as_chunks::<8>();
        if keys.len() != length || !behind.is_empty() {
            return None;
        }
        let all = times.into_iter().zip(keys).map(|(at, key)| Mark { at, key: u64::from_le_bytes(*key) }).collect();
        Some(Self { from, all, late })
    }
}

/// Writes a time as the seconds from another one on, and its nanoseconds.
fn time(bytes: &mut Vec<u8>, time: Timestamp, before: Timestamp) {
    let seconds = time.seconds() - before.seconds();
    // Numbers of both signs, the small ones short.
    number(bytes, ((seconds << 1) ^ (seconds >> 63)).cast_unsigned());
    number(bytes, time.nanos().into());
}

fn read_time(bytes: &mut &[u8], before: Timestamp) -> Option<Timestamp> {
    let written = read_number(bytes)?;
    let seconds = (written >> 1).cast_signed() ^ -(written & 1).cast_signed();
    let nanos = u32::try_from(read_number(bytes)?).ok()?;
    Timestamp::from_unix(before.seconds().checked_add(seconds)?, nanos)
}

/// Seven bits a byte, the last without the eighth.
fn number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

fn read_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

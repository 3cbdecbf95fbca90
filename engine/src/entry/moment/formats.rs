//! The forms of times.

use super::super::time::Timestamp;
use super::cursor::Cursor;

type Found = Option<(Timestamp, usize)>;

/// `2025-09-14T04:54:36.449574Z`, `2025-09-14 04:54:36,449 +0200`, `2025/09/14 04:54:36` (nginx, Go), and
/// `25/09/14 04:54:36` (Spark, Hadoop).
pub(super) fn numeric(bytes: &[u8]) -> Found {
    let mut cursor = Cursor::new(bytes);
    let is_short = bytes.get(2) == Some(&b'/');
    let year = if is_short { cursor.number(2)? + 2000 } else { cursor.number(4)? };
    let separator = cursor.one_of(b"-/.")?;
    let month = cursor.number(2)?;
    cursor.one_of(&[separator])?;
    let day = cursor.number(2)?;
    cursor.one_of(b"Tt ")?;
    let second = cursor.clock()?;
    let nanos = cursor.nanos();
    let zone = cursor.zone();
    cursor.instant((year, month, day), second, nanos, zone)
}

/// `250914 045436 ` (HDFS), `20250914T045436Z`.
pub(super) fn compact(bytes: &[u8]) -> Found {
    let mut cursor = Cursor::new(bytes);
    let is_short = bytes.get(6) == Some(&b' ');
    let year = if is_short { cursor.number(2)? + 2000 } else { cursor.number(4)? };
    let (month, day) = (cursor.number(2)?, cursor.number(2)?);
    cursor.one_of(if is_short { b" " } else { b"T" })?;
    let (hour, minute, second) = (cursor.number(2)?, cursor.number(2)?, cursor.number(2)?);
    let nanos = cursor.nanos();
    let zone = if is_short { 0 } else { cursor.zone() };
    if hour > 23 || minute > 59 || second > 59 || is_short && cursor.peek() != Some(b' ') {
        return None;
    }
    cursor.instant((year, month, day), hour * 3600 + minute * 60 + second, nanos, zone)
}

/// `Sun Sep 14 04:54:36 2025`, `Sun Sep 14 04:54:36.449574 2025` (Apache), `Sun Sep 14 04:54:36 UTC 2025`.
pub(super) fn ctime(bytes: &[u8]) -> Found {
    let mut cursor = Cursor::new(bytes);
    cursor.weekday()?;
    cursor.one_of(b" ")?;
    let month = cursor.month()?;
    cursor.one_of(b" ")?;
    let day = cursor.day_of_month()?;
    cursor.one_of(b" ")?;
    let second = cursor.clock()?;
    let nanos = cursor.nanos();
    cursor.one_of(b" ")?;
    if cursor.literal(b"UTC ").is_none() {
        let _ = cursor.literal(b"GMT ");
    }
    let year = cursor.number(4)?;
    cursor.instant((year, month, day), second, nanos, 0)
}

/// `Sun, 14 Sep 2025 04:54:36 GMT`.
pub(super) fn http_date(bytes: &[u8]) -> Found {
    let mut cursor = Cursor::new(bytes);
    if cursor.weekday().is_some() {
        cursor.literal(b", ")?;
    }
    let day = cursor.day_of_month()?;
    let separator = cursor.one_of(b" -")?;
    let month = cursor.month()?;
    cursor.one_of(&[separator])?;
    let year = cursor.number(4)?;
    cursor.one_of(b" ")?;
    let second = cursor.clock()?;
    let nanos = cursor.nanos();
    let zone = cursor.zone();
    cursor.instant((year, month, day), second, nanos, zone)
}

/// `14/Sep/2025:04:54:36 +0000`.
pub(super) fn access_log(bytes: &[u8]) -> Found {
    let mut cursor = Cursor::new(bytes);
    let day = cursor.number(2)?;
    cursor.one_of(b"/")?;
    let month = cursor.month()?;
    cursor.one_of(b"/")?;
    let year = cursor.number(4)?;
    cursor.one_of(b":")?;
    let second = cursor.clock()?;
    let zone = cursor.zone();
    cursor.instant((year, month, day), second, 0, zone)
}

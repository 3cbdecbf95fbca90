//! Messages of Pub/Sub, whose data is a LogEntry: as they are pushed
//! (<https://cloud.google.com/pubsub/docs/push#receive_push>), as they are pulled, and alone
//! (<https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage>).

use std::io::Read;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::MultiGzDecoder;

use super::super::value::{Data, Value};
use super::{Export, object};

/// Bytes that data may have when it is unpacked: as many as a record.
const LARGEST: u64 = 4 << 20;

/// What a message has, and nothing else.
const OF_MESSAGE: [&str; 8] =
    ["data", "attributes", "messageId", "message_id", "publishTime", "publish_time", "orderingKey", "ordering_key"];
/// What a delivery has.
const OF_DELIVERY: [&str; 6] = ["message", "subscription", "ackId", "ack_id", "deliveryAttempt", "delivery_attempt"];

/// The entry in a message; nothing where it is no message.
pub(super) fn unpacked(value: Value<'_>) -> Option<Result<Export, String>> {
    let message = message(value)?;
    let delivery = named(message, &["messageId", "message_id"]).and_then(text);
    let entry = match named(message, &["data"])?.data() {
        Data::Text(data) => decoded(data),
        // Tools that decode it for their users.
        Data::Map(_) => named(message, &["data"]).map(|data| data.to_json()).ok_or_else(String::new),
        _ => return None,
    };
    Some(
        entry.map(|entry| Export { entry, delivery }).map_err(|why| format!("the `data` of its Pub/Sub message {why}")),
    )
}

/// The message that an object is or delivers. It has nothing else, and something that only messages have beside their data: applications
/// have fields of these names too.
fn message(value: Value<'_>) -> Option<Value<'_>> {
    let message = named(value, &["message"]).unwrap_or(value);
    let is_delivery = message.index() != value.index();
    let is_whole = has_only(message, &OF_MESSAGE) && (!is_delivery || has_only(value, &OF_DELIVERY));
    let is_marked = named(message, OF_MESSAGE.get(1..).unwrap_or_default()).is_some()
        || is_delivery && named(value, OF_DELIVERY.get(1..).unwrap_or_default()).is_some();
    (is_whole && is_marked).then_some(message)
}

fn named<'t>(value: Value<'t>, names: &[&str]) -> Option<Value<'t>> {
    value.get(|key| names.contains(&key))
}

fn has_only(value: Value<'_>, names: &[&str]) -> bool {
    let Data::Map(mut map) = value.data() else { return false };
    map.all(|(key, _)| names.contains(&key))
}

fn text(value: Value<'_>) -> Option<String> {
    match value.data() {
        Data::Text(text) if !text.is_empty() => Some(text.to_owned()),
        Data::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The object that data is, in Base64 of either alphabet and perhaps packed with gzip, or as it is.
fn decoded(data: &str) -> Result<serde_json::Value, String> {
    if data.trim_start().starts_with('{') {
        return object(data).ok_or_else(|| "is not valid JSON".to_owned());
    }
    let alphabet = if data.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(alphabet, config).decode(data.trim());
    let bytes = bytes.map_err(|_| "is not valid Base64".to_owned())?;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) { unzipped(&bytes)? } else { bytes };
    let text = std::str::from_utf8(&bytes).map_err(|_| "holds no UTF-8".to_owned())?;
    object(text).ok_or_else(|| "holds no log entry, for it is no JSON object".to_owned())
}

fn unzipped(packed: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = MultiGzDecoder::new(packed).take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|_| "is packed with gzip, and damaged".to_owned())?;
    match bytes.len() as u64 > LARGEST {
        true => Err("is larger than 4 MiB when it is unpacked".to_owned()),
        false => Ok(bytes),
    }
}

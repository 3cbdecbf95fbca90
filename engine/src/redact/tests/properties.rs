//! What holds of any text.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::kind::Kind;
use super::{BTreeMap, Redactor, Setting, entry, redact};

/// Pieces of text that mean something to one redaction or another.
const WORDS: &str = "password␣token␣auth␣secret␣cookie␣authorization␣Bearer␣key␣value␣name␣alice␣example.com␣user␣REDACTED␣***␣\
    null␣none␣true␣http://␣postgres://␣hunter2␣0123456789abcdef␣4111111111111111␣eyJhbGciOiJub25lIn0␣\
    ghp_0123456789abcdef␣sk-␣AKIA␣-----BEGIN PRIVATE KEY-----␣-----END PRIVATE KEY-----␣10.1.2.3␣=␣:␣\"␣'␣\
    \\\"␣\\n␣@␣/␣?␣&␣,␣;␣[␣]␣{␣}␣<␣>␣</␣(␣)␣\n␣%3D␣%22␣%40␣--␣.␣...␣🔑␣ü␣1␣x␣ ";

/// Text that is likely to hold something.
fn texts() -> impl Strategy<Value = String> {
    let words = prop::sample::select(WORDS.split('␣').collect::<Vec<_>>());
    prop_oneof![
        3 => prop::collection::vec(words, 0..16).prop_map(|words| words.concat()),
        1 => any::<String>(),
    ]
}

/// Redactions of a pack, each with what it puts in the place.
const OWN: [(&str, &str); 4] =
    [(r"\buser_id[=: ]?\d+", "user #"), ("name", "n"), (r"(?:\btenant|\bsk-)[a-z=]", "token"), (r"\buser #[a-z]", "x")];

fn own_redactor() -> Redactor {
    let setting = |(regex, by): &(&str, &str)| Setting {
        name: format!("own-{}", regex.len()),
        rule: Some(((*regex).to_owned(), (*by).to_owned())),
        enabled: true,
    };
    Redactor::new(&OWN.iter().map(setting).collect::<Vec<_>>()).unwrap()
}

/// Text with something of a pack's own in it.
fn own_texts() -> impl Strategy<Value = String> {
    let own = [
        "user_id",
        "user_id=7",
        "auser_id: 9",
        "tenanta",
        "xtenantb",
        "sk-a",
        "name",
        "user #",
        "\u{1b}[32m",
        "\\nuser_id 5",
    ];
    let words = prop::sample::select(WORDS.split('␣').chain(own).chain(own).collect::<Vec<_>>());
    prop::collection::vec(words, 0..12).prop_map(|words| words.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        texts().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((texts(), inner), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn is_same_shape(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same_shape(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.values().zip(right.values()).all(|(left, right)| is_same_shape(left, right))
        }
        (Value::String(_) | Value::Number(_), Value::String(_)) => true,
        _ => left == right,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn redacting_again_changes_nothing(text in texts()) {
        let mut all = Redactor::default();
        all.on.set(Kind::IpAddress, true);
        let once = all.text(&text).into_string();
        prop_assert_eq!(all.text(&once).into_string(), once);
    }

    #[test]
    fn redactions_of_a_pack_come_first(text in own_texts()) {
        static REDACTORS: LazyLock<(Redactor, Redactor)> = LazyLock::new(|| (own_redactor(), Redactor::default()));
        let (with_own, built_in) = &*REDACTORS;
        let replaced = OWN.iter().fold(text.clone(), |text, (regex, by)| {
            regex::Regex::new(regex).unwrap().replace_all(&text, *by).into_owned()
        });
        prop_assert_eq!(with_own.text(&text), built_in.text(&replaced));
    }

    #[test]
    fn any_bytes_can_be_quoted(bytes in prop::collection::vec(any::<u8>(), 0..200), max in 0_usize..50) {
        let quote = Redactor::default().quote(&bytes, max).into_string();
        prop_assert!(quote.chars().count() <= max);
        prop_assert!(!quote.chars().any(char::is_control));
    }

    #[test]
    fn structure_stays(value in values()) {
        let record = json!({"logName": "l", "jsonPayload": {"v": value}});
        let (once, _) = entry(&Redactor::default(), &record);
        prop_assert!(is_same_shape(&record, &once), "{} became {}", record, once);
        let (twice, counts) = entry(&Redactor::default(), &once);
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(counts, BTreeMap::new());
    }

    #[test]
    fn a_secret_never_stays(before in "[ -~]{0,12}", secret in "[a-zA-Z0-9!@#$%^*,;.)]{3,24}[0-9][a-z]{3}", after in "( [ -~]{0,12})?") {
        let text = format!("{before} password={secret}{after}");
        let got = redact(&text);
        let tail: String = secret.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        prop_assert!(!got.contains(&secret), "{}", got);
        prop_assert!(before.contains(&tail) || after.contains(&tail) || !got.contains(&tail), "{} became {}", text, got);
    }
}

//! What an object wraps: the same records, whether it is read at once or piece by piece.

use proptest::prelude::*;

use super::*;

/// Objects that wrap something, or nothing, or are records themselves.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let key = proptest::sample::select(
        &["entries", "data", "x", "message", "severity", "insertId", "logName", "textPayload", "httpRequest", "labels"]
            [..],
    );
    let leaf = prop_oneof![
        Just(serde_json::json!({"insertId": "i", "textPayload": "t"})),
        Just(serde_json::json!({"message": "m", "severity": "ERROR"})),
        Just(serde_json::json!({"textPayload": null, "x": 1})),
        Just(serde_json::json!({"httpRequest": {"status": 500}})),
        Just(serde_json::json!({"x": {"y": []}})),
        Just(serde_json::json!("text")),
        Just(serde_json::json!(null)),
        Just(serde_json::json!(7)),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            proptest::collection::vec((key.clone(), inner), 0..5).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

fn kept(text: &str) -> Vec<Kept> {
    let broken = |kept: Kept| if let Kept::Broken(_) = kept { Kept::Broken(String::new()) } else { kept };
    meant(&read(text.as_bytes())).into_iter().map(|(_, kept)| broken(kept)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn piece_by_piece_is_as_at_once(value in value()) {
        let serde_json::Value::Object(_) = value else { return Ok(()) };
        // Of values that are no entries though they stand where one should be, each is malformed by itself where it is
        // found piece by piece.
        let mut batch = Batch::new();
        let text = value.to_string();
        let mut malformed = Vec::new();
        batch.push_json(&text, &mut malformed);
        let redacted = redactor().batch(batch);
        let at_once: Vec<_> = redacted.entries(&[]).map(|entry| Kept::Json(entry.root().to_json().to_string())).collect();
        for text in [text.clone(), serde_json::to_string_pretty(&value).unwrap()] {
            let (broken, entries): (Vec<_>, Vec<_>) = kept(&text).into_iter().partition(|kept| matches!(kept, Kept::Broken(_)));
            prop_assert_eq!(&entries, &at_once, "{}", text);
            prop_assert_eq!(broken.len(), malformed.len(), "{}", text);
        }
    }
}

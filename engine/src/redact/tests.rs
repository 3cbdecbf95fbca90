use serde_json::{Value, json};

use super::*;

mod properties;

const TABLE: &str = include_str!("tests/table.txt");

fn rows() -> impl Iterator<Item = (usize, String, String)> {
    TABLE.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty()).map(|(at, line)| {
        let line = line.replace('¦', "").replace('␤', "\n").replace('␛', "\u{1b}");
        let (text, expected) = line.split_once(" ⇒ ").unwrap_or_else(|| panic!("line {}: no ⇒", at + 1));
        let expected = if expected == "=" { text } else { expected };
        (at + 1, text.to_owned(), expected.to_owned())
    })
}

fn redact(text: &str) -> String {
    Redactor::default().text(text).into_string()
}

fn entry(redactor: &Redactor, record: &Value) -> (Value, BTreeMap<String, u64>) {
    let text = record.to_string();
    let mut batch = Batch::new();
    let mut malformed = Vec::new();
    batch.push_json(&text, &mut malformed);
    assert_eq!(malformed, []);
    let batch = redactor.batch(batch);
    let entry = batch.entries(&[]).next().unwrap().root().to_json();
    (entry, batch.counts().clone())
}

fn payload(payload: Value) -> Value {
    entry(&Redactor::default(), &json!({ "logName": "l", "jsonPayload": payload })).0["jsonPayload"].clone()
}

#[test]
fn texts_become_what_the_table_says() {
    let wrong: Vec<_> = rows()
        .filter_map(|(line, text, expected)| {
            let got = redact(&text);
            (got != expected)
                .then(|| format!("line {line}\n  text     {text}\n  expected {expected}\n  got      {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows().count() >= 200);
}

#[test]
fn a_redaction_of_the_packs_own_that_finds_nothing_is_in_the_way_of_none() {
    let sql = "CREATE USER bob IDENTIFIED BY 'hunter2secret' ok".to_owned();
    let texts: Vec<String> = rows().map(|(_, text, _)| text).chain([sql]).collect();
    for word in ["BY", "IDENTIFIED", "PASSWORD", "password", "token", "Bearer", "eyJ", "REDACTED", "http", "USER"] {
        let regex = format!(r"\b{word} ?qqqq");
        let redactor = Redactor::new(&[setting("own", Some((&regex, "q")), true)]).unwrap();
        for text in &texts {
            assert_eq!(redactor.text(text).as_str(), redact(text), "{regex}: {text}");
        }
    }
}

#[test]
fn what_a_batch_remembers_changes_nothing() {
    let own =
        Setting { name: "user".to_owned(), rule: Some((r"user-\d+".to_owned(), "user-0".to_owned())), enabled: true };
    let redactor = Redactor::new(&[own]).unwrap();
    let record = |text: &str, at: usize| {
        let key = ["message", "password", "user-17", "token", text][at % 5];
        json!({ "logName": text, "jsonPayload": { key: text, "name": text, "value": text, "list": [text, text] } })
    };
    let texts = rows().map(|(_, text, _)| text).chain(["user-18".to_owned(), "plain".to_owned()]);
    let records: Vec<Value> = texts.enumerate().map(|(at, text)| record(&text, at)).collect();
    // Each comes twice, with all others between.
    let written: Vec<String> = records.iter().chain(&records).map(Value::to_string).collect();
    let mut batch = Batch::new();
    for text in &written {
        batch.push_json(text, &mut Vec::new());
    }
    let together = redactor.batch(batch);
    let mut counts = BTreeMap::new();
    for (record, entry_together) in records.iter().chain(&records).zip(together.entries(&[])) {
        let (alone, taken) = entry(&redactor, record);
        assert_eq!(entry_together.root().to_json(), alone);
        taken.into_iter().for_each(|(name, count)| *counts.entry(name).or_insert(0) += count);
    }
    assert_eq!(together.counts(), &counts);
}

#[test]
fn redacted_texts_of_the_table_stay() {
    for (line, text, _) in rows() {
        let once = redact(&text);
        assert_eq!(redact(&once), once, "line {line}");
    }
}

#[test]
fn rows_keep_their_secrets_inside_other_text() {
    for (line, text, expected) in rows().filter(|(_, text, expected)| text != expected && !text.starts_with("MII")) {
        for (before, after) in [("x: ", ""), ("[worker 3] ", ""), ("", "\nnext line"), ("\t", " ")] {
            let got = redact(&format!("{before}{text}{after}"));
            // Text after a cut quote belongs to it.
            if !text.contains("cut") && !text.ends_with("MIIEvQ") {
                assert_eq!(got, format!("{before}{expected}{after}"), "line {line}");
            }
        }
    }
}

#[test]
fn rows_in_json_in_json_leave_nothing() {
    for (line, text, expected) in rows().filter(|(_, text, expected)| text != expected) {
        let quoted = Value::from(text).to_string();
        let got = redact(&quoted);
        let wanted = Value::from(expected).to_string();
        assert!(got == wanted || got.len() <= wanted.len() + 8, "line {line}\n  wanted {wanted}\n  got    {got}");
    }
}

#[test]
fn keys_tell_secrets() {
    let got = payload(json!({
        "password": "x", "client_secret": "a b c", "authorization": "Bearer abc", "cookie": "a=b", "apiKey": 12345,
        "private_key": "abc", "tokens": 512, "token_count": 7, "key": "value", "public_key": "abc", "password_reset_enabled": true,
        "secret": null, "nextPageToken": "abc", "pageToken": "def", "access_tokens": ["a", 1, true, null],
        "credentials": {"username": "bob", "password": "pw", "port": 5432}, "cookies": {"sid": "abc", "n": 1},
        "auth": "none", "token": "expired", "author": "alice", "user": {"session-id": "s1"}, "PWD": "/app",
    }));
    assert_eq!(
        got,
        json!({
            "password": "REDACTED", "client_secret": "REDACTED", "authorization": "REDACTED", "cookie": "REDACTED",
            "apiKey": "REDACTED", "private_key": "REDACTED", "tokens": 512, "token_count": 7, "key": "value",
            "public_key": "abc", "password_reset_enabled": true, "secret": null, "nextPageToken": "abc", "pageToken": "def",
            "access_tokens": ["REDACTED", "REDACTED", true, null],
            "credentials": {"username": "bob", "password": "REDACTED", "port": 5432},
            "cookies": {"sid": "REDACTED", "n": "REDACTED"}, "auth": "none", "token": "expired", "author": "alice",
            "user": {"session-id": "REDACTED"}, "PWD": "/app",
        })
    );
}

#[test]
fn pairs_tell_secrets() {
    let got = payload(json!({
        "env": [{"name": "DB_PASSWORD", "value": "x"}, {"value": "y", "key": "api_key"}, {"name": "PORT", "value": "8080"}],
        "headers": [["Authorization", "Bearer abc"], ["Accept", "*/*"]],
        "raw": ["Host", "a", "Cookie", "b=c", "X-Api-Key", "d", "Accept", "e"],
        "args": ["run", "--password", "hunter2", "--port", "80", "--token=abc"],
        "required": ["username", "password", "email"],
    }));
    assert_eq!(
        got,
        json!({
            "env": [{"name": "DB_PASSWORD", "value": "REDACTED"}, {"value": "REDACTED", "key": "api_key"}, {"name": "PORT", "value": "8080"}],
            "headers": [["Authorization", "REDACTED"], ["Accept", "*/*"]],
            "raw": ["Host", "a", "Cookie", "REDACTED", "X-Api-Key", "REDACTED", "Accept", "e"],
            "args": ["run", "--password", "REDACTED", "--port", "80", "--token=REDACTED"],
            "required": ["username", "password", "email"],
        })
    );
}

#[test]
fn keys_themselves_are_redacted_and_stay_apart() {
    let got =
        payload(json!({"a@example.com": 1, "b@example.com": 2, "n": {"4111111111111111": 4_111_111_111_111_111_u64}}));
    assert_eq!(got, json!({"***@example.com": 1, "***@example.com (2)": 2, "n": {"REDACTED": "REDACTED"}}));
}

#[test]
fn escapes_hide_nothing() {
    let mut batch = Batch::new();
    let text = r#"{"logName":"l","jsonPayload":{"p\u0061ssword":"x","m":"pass\u0077ord=hunter2","\u0061@example.com":"b\u0040example.com"}}"#;
    batch.push_json(text, &mut Vec::new());
    let batch = Redactor::default().batch(batch);
    let got = batch.entries(&[]).next().unwrap().root().to_json();
    assert_eq!(
        got["jsonPayload"],
        json!({"password": "REDACTED", "m": "password=REDACTED", "***@example.com": "***@example.com"})
    );
}

#[test]
fn identifiers_are_looked_at_too() {
    let record = json!({
        "logName": "projects/p/logs/bob@example.com", "insertId": "abc password=hunter2zz", "timestamp": "2025-09-14T04:54:36.449574Z",
        "receiveTimestamp": "2025-09-14T04:54:36Z", "severity": "ERROR", "trace": "projects/p/traces/4bf92f3577b34da6a3ce929d0e0e4736",
        "spanId": "00f067aa0ba902b7",
        "resource": {"type": "x@example.com", "labels": {"email_id": "bob@example.com"}},
        "protoPayload": {
            "authenticationInfo": {"principalEmail": "bob@example.com", "serviceAccountKeyName": "//iam.googleapis.com/projects/p/keys/1"},
            "authorizationInfo": [{"permission": "secretmanager.versions.access", "granted": true}],
        },
    });
    let (got, counts) = entry(&Redactor::default(), &record);
    let mut expected = record;
    expected["logName"] = json!("projects/p/logs/***@example.com");
    expected["insertId"] = json!("abc password=REDACTED");
    expected["resource"] = json!({"type": "***@example.com", "labels": {"email_id": "***@example.com"}});
    expected["protoPayload"]["authenticationInfo"]["principalEmail"] = json!("***@example.com");
    assert_eq!(got, expected);
    assert_eq!(counts, BTreeMap::from([("email".to_owned(), 4), ("named-secret".to_owned(), 1)]));
}

#[test]
fn what_stands_below_a_secret_name_is_secret() {
    let got = payload(json!({
        "secrets": {"db": "hunter2zz"}, "password": {"old": "a1", "new": ["b2", {"c": "d3"}]}, "apiKeys": [{"k": "e4", "name": "ci"}],
        "secret": {"data": "f5", "type": "Opaque"}, "cardTotal": 4_111_111_111_111_111.0, "ratio": 0.5,
    }));
    assert_eq!(
        got,
        json!({
            "secrets": {"db": "REDACTED"}, "password": {"old": "REDACTED", "new": ["REDACTED", {"c": "REDACTED"}]},
            "apiKeys": [{"k": "REDACTED", "name": "ci"}], "secret": {"data": "REDACTED", "type": "Opaque"},
            "cardTotal": "REDACTED", "ratio": 0.5,
        })
    );
}

#[test]
fn blocks_of_yaml_below_a_name_are_its_value() {
    let got = redact("user: bob\npassword:\n    hunter2zz\nhost: db\n");
    assert_eq!(got, "user: bob\npassword:\n    REDACTED\nhost: db\n");
    let got = redact("db:\n  password: |\n    hunter2zz\n    second line\n  host: db\n");
    assert_eq!(got, "db:\n  password: |\n    REDACTED\n    REDACTED\n  host: db\n");
    for text in ["password:\n  This field is required.\n", "password:\n  - too short\n", "password:\nhost: db\n"] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn json_inside_text_stays_json() {
    for text in [
        r#"{"password": 123, "z": 1}"#,
        r#"{"password": -1.5e3, "z": 1}"#,
        r#"{"w":"{\"password\": [\"x\",\"y\"], \"z\": 1}"}"#,
        r#"{"w":"{\"password\": 123, \"z\": 1}"}"#,
        r#"{"w":"{\"h\": \"Set-Cookie: a=b; Path=/\", \"z\": 1}"}"#,
        r#"{"w":"{\"h\": {\"cookie\": \"a=b\"}, \"z\": 1}"}"#,
    ] {
        let got = redact(text);
        let mut outer: Value = serde_json::from_str(&got).unwrap_or_else(|error| panic!("{got}: {error}"));
        if let Some(inner) = outer["w"].as_str() {
            outer = serde_json::from_str(inner).unwrap_or_else(|error| panic!("{got}: {error}"));
        }
        assert_eq!(outer["z"], 1, "{got}");
        assert!(got.contains("REDACTED"), "{got}");
    }
}

#[test]
fn text_records_and_flattened_ones_are_redacted() {
    let mut batch = Batch::new();
    batch.push_text("ERROR login of bob@example.com");
    batch.push_json(r#"{"message":"m","trace":"at bob@example.com","name":"password","value":"x"}"#, &mut Vec::new());
    let batch = Redactor::default().batch(batch);
    let got: Vec<_> = batch.entries(&[]).map(|entry| entry.root().to_json()).collect();
    assert_eq!(got[0]["textPayload"], "ERROR login of ***@example.com");
    assert_eq!(got[1], json!({"message":"m","trace":"at ***@example.com","name":"password","value":"REDACTED"}));
}

fn setting(name: &str, rule: Option<(&str, &str)>, enabled: bool) -> Setting {
    let rule = rule.map(|(regex, by)| (regex.to_owned(), by.to_owned()));
    Setting { name: name.to_owned(), rule, enabled }
}

#[test]
fn packs_add_replace_and_switch() {
    let settings = [
        setting("employee", Some((r"(E)\d{6}", "${1}***")), true),
        setting("jwt", Some(("eyJ\\S+", "<jwt>")), true),
        setting("email", None, false),
        setting("ip-address", None, true),
    ];
    let redactor = Redactor::new(&settings).unwrap();
    let text = format!("E123456 {} a@example.com 10.1.2.3:80 [2001:db8::1]", concat!("ey", "JhbGciOiJIUzI1NiJ9.x.y"));
    assert_eq!(redactor.text(&text).as_str(), "E*** <jwt> a@example.com REDACTED:80 [REDACTED]");
    let record = json!({"logName": "l", "textPayload": text, "labels": {"E123456": "E654321"}});
    let (got, counts) = entry(&redactor, &record);
    assert_eq!(got["labels"], json!({"E***": "E***"}));
    let counts: Vec<_> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(counts, [("employee", 3), ("ip-address", 2), ("jwt", 1)]);
}

#[test]
fn later_settings_of_a_name_hold() {
    let base = setting("employee", Some(("E\\d+", "E***")), true);
    let redactor = Redactor::new(&[base.clone(), setting("employee", None, false)]).unwrap();
    assert_eq!(redactor.text("E123").as_str(), "E123");
    let redactor = Redactor::new(&[base, setting("employee", Some(("F\\d+", "F***")), true)]).unwrap();
    assert_eq!(redactor.text("E123 F123").as_str(), "E123 F***");
    let redactor = Redactor::new(&[setting("email", None, false), setting("email", None, true)]).unwrap();
    assert_eq!(redactor.text("a@example.com").as_str(), "***@example.com");
}

#[test]
fn wrong_settings_are_told() {
    let settings = [
        setting("emial", None, false),
        setting("a", Some(("E(\\d{6}", "")), true),
        setting("b", Some(("\\d*", "#")), true),
        setting("c", Some(("(?<id>\\d)", "$1x")), true),
        setting("d", Some(("(?<id>\\d)", "${di}")), true),
        setting("e", Some(("\\w{500}{500}", "x")), true),
        setting("f", Some(("ü[z-a]", "x")), true),
        setting("g", Some(("a(b)", "$1 $2 $$ ${nope} $")), true),
    ];
    let problems = Redactor::new(&settings).unwrap_err();
    let told: Vec<_> = problems
        .iter()
        .map(|(at, part, p)| {
            let (label, help) = (p.label.as_deref().unwrap_or(""), p.help.as_deref().unwrap_or(""));
            format!("{at} {part:?} {} {:?} {} | {label} | {help}", p.code.id, p.range, p.message)
        })
        .collect();
    let expected = [
        "0 Name unknown-redaction 0..5 there is no built-in redaction `emial` | no such redaction | did you mean `email`?",
        "1 Regex bad-redaction-regex 1..2 the regular expression of `a` is wrong: unclosed group | opened here | to write a \
         parenthesis itself, put a backslash before it",
        "2 Regex empty-redaction 0..3 the regular expression of `b` matches the empty text | this matches everywhere | make it \
         match at least one character, for example with `+` in place of `*`",
        "3 Replacement unknown-redaction-group 0..3 the replacement of `c` names the group `1x`, which its regular expression \
         lacks | the expression has one group | write `${1}x` for group 1 and then `x`, or `$$` for a dollar sign",
        "4 Replacement unknown-redaction-group 0..5 the replacement of `d` names the group `di`, which its regular expression \
         lacks | the expression has one group | did you mean `${id}`? Write `$$` for a dollar sign",
        "5 Regex bad-redaction-regex 0..12 the regular expression of `e` is too large when compiled | too large | make its \
         counted repetitions smaller",
        "6 Regex bad-redaction-regex 3..6 the regular expression of `f` is wrong: invalid character class range, the start must \
         be <= the end | from a later character to an earlier one | write the earlier character first, as in `[a-z]`",
        "7 Replacement unknown-redaction-group 3..5 the replacement of `g` names the group `2`, which its regular expression \
         lacks | the expression has one group | write `$$` for a dollar sign",
        "7 Replacement unknown-redaction-group 9..16 the replacement of `g` names the group `nope`, which its regular \
         expression lacks | the expression has one group | write `$$` for a dollar sign",
    ];
    assert_eq!(told, expected);
}

#[test]
fn quotes_are_short_safe_and_on_one_line() {
    let redactor = Redactor::default();
    let quote = |bytes: &[u8], max| redactor.quote(bytes, max).into_string();
    assert_eq!(quote(br#"{"password":"hunter2","x":"#, 80), r#"{"password":"REDACTED","x":"#);
    assert_eq!(quote(br#"{"m":"{\"password\":\"hunter2\"}","#, 80), r#"{"m":"{\"password\":\"REDACTED\"}","#);
    assert_eq!(quote(b"a\nb\x1b[31m\xff", 80), "a\\nb\\u{1b}[31m\u{fffd}");
    assert_eq!(quote("a\u{202e}b".as_bytes(), 80), "a\\u{202e}b");
    assert_eq!(quote(b"abcdef", 4), "abc…");
    assert_eq!(quote(b"abcd", 4), "abcd");
    assert_eq!(quote(b"abcd", 0), "");
    assert_eq!(quote("password=hunter2 ".repeat(500).as_bytes(), 40), "password=REDACTED password=REDACTED pas…");
    // However the cut falls, nothing of the secret is seen.
    let secret = concat!("gh", "p_0123456789abcdefABCDEF0123456789abcd");
    for pad in 4040..4100 {
        let text = format!("{} {secret} more", "-".repeat(pad));
        assert!(!quote(text.as_bytes(), 5000).contains("gh"), "{pad}");
    }
}

#[test]
fn every_built_in_is_in_the_table_and_named_once() {
    let built_in = Redactor::built_in();
    let names: std::collections::BTreeSet<_> = built_in.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), built_in.len());
    let headings: Vec<_> = TABLE.lines().filter(|line| line.starts_with("##")).collect();
    for name in names {
        assert!(headings.iter().any(|heading| heading.contains(name)), "no rows for {name}");
    }
}

#[test]
fn hostile_texts_take_no_square_of_their_length() {
    // Each of these would take minutes if every place in it were looked at up to its end.
    for piece in [
        "password=f(",
        "?key=/",
        "token=",
        "bearer+",
        "eyJ.",
        "sk-",
        "a://",
        "a@",
        "\\",
        "\"password\":\"",
        "password:[",
        "cookie={a=",
        "-----BEGIN ",
        "-----END PRIVATE KEY-----",
        "4",
        "4444 ",
        "password=,a",
        "password=\\\\",
        "%3D",
        "</token>",
        " --token ",
        "a@b.",
        "::",
    ] {
        redact(&piece.repeat(200_000 / piece.len()));
    }
}

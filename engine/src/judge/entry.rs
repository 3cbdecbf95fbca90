//! The object `entry` of policy scripts.

use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult};

use crate::entry::{Entry, FieldPath};
use crate::script::{ArgumentWords, Kind, MethodWords, ObjectWords, PropertyWords};

/// What a script sees of an entry: copied out of it, for scripts cannot borrow.
#[derive(Clone)]
pub(super) struct Handle(Arc<Facts>);

struct Facts {
    severity: &'static str,
    message: String,
    timestamp: String,
    record: String,
}

const PATH: ArgumentWords = ArgumentWords { name: "path", allowed: Some(is_path), names: None };

fn is_path(text: &str) -> Result<(), String> {
    FieldPath::parse(text).map(|_| ()).map_err(|error| error.to_string())
}

/// The object in words.
pub(super) fn words() -> ObjectWords {
    let text = |name, doc| PropertyWords { name, kind: Kind::Text, doc };
    ObjectWords {
        name: "Entry",
        doc: "An entry that is being put into a group",
        properties: vec![
            PropertyWords {
                name: "severity",
                kind: Kind::OneOf(&super::cluster::LOG_SEVERITIES),
                doc: "Its log severity",
            },
            text("message", "Its message; empty where it has none"),
            text("timestamp", "Its time, RFC 3339 in UTC; empty where it has none"),
        ],
        methods: vec![
            MethodWords {
                name: "field",
                arguments: &[PATH],
                kind: Kind::Any,
                doc: "The text, number or boolean at a path, or nothing",
            },
            MethodWords { name: "text", arguments: &[PATH], kind: Kind::Any, doc: "The same as text, or nothing" },
        ],
    }
}

impl Handle {
    pub(super) fn new(entry: &Entry<'_>) -> Self {
        Self(Arc::new(Facts {
            severity: entry.severity().name(),
            message: entry.message().unwrap_or("").to_owned(),
            timestamp: entry.timestamp().map(|time| time.to_string()).unwrap_or_default(),
            record: entry.root().to_json().to_string(),
        }))
    }

    fn at(&self, path: &str) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        let path = FieldPath::parse(path).map_err(|error| error.to_string())?;
        let mut batch = crate::entry::Batch::new();
        batch.push_json(&self.0.record, &mut Vec::new());
        let Some(head) = batch.heads.first() else { return Ok(None) };
        // The record is that of an entry, and so redacted already.
        let entry = Entry::new(&batch, head, &[]);
        if path.root() == crate::entry::Root::Message {
            return Ok((!self.0.message.is_empty()).then(|| self.0.message.clone().into()));
        }
        Ok(entry.first(&path).map(|value| match value.data() {
            crate::entry::Data::Number(crate::entry::Number::Float(n)) => n.into(),
            crate::entry::Data::Number(n) => {
                n.to_string().parse::<i64>().map_or_else(|_| n.as_f64().into(), Dynamic::from_int)
            }
            crate::entry::Data::Bool(b) => b.into(),
            crate::entry::Data::Text(text) => text.to_owned().into(),
            _ => Dynamic::UNIT,
        }))
    }
}

/// Makes the object known to an engine.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Handle>("Entry");
    engine.register_get("severity", |entry: &mut Handle| entry.0.severity.to_owned());
    engine.register_get("message", |entry: &mut Handle| entry.0.message.clone());
    engine.register_get("timestamp", |entry: &mut Handle| entry.0.timestamp.clone());
    engine.register_fn("field", |entry: &mut Handle, path: &str| -> Result<Dynamic, Box<EvalAltResult>> {
        Ok(entry.at(path)?.unwrap_or_default())
    });
    engine.register_fn("text", |entry: &mut Handle, path: &str| -> Result<Dynamic, Box<EvalAltResult>> {
        let value = entry.at(path)?.unwrap_or_default();
        Ok(if value.is_unit() { value } else { value.to_string().into() })
    });
}

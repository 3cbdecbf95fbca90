//! LogEntry's own fields.

/// One of the fields that LogEntry defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the field of that name in LogEntry's reference")]
pub enum Field {
    LogName,
    Resource,
    Timestamp,
    ReceiveTimestamp,
    Severity,
    InsertId,
    HttpRequest,
    Labels,
    Metadata,
    Operation,
    Trace,
    SpanId,
    TraceSampled,
    SourceLocation,
    Split,
    ErrorGroups,
    ApphubDestination,
    ApphubSource,
    TextPayload,
    JsonPayload,
    ProtoPayload,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::LogName,
        Self::Resource,
        Self::Timestamp,
        Self::ReceiveTimestamp,
        Self::Severity,
        Self::InsertId,
        Self::HttpRequest,
        Self::Labels,
        Self::Metadata,
        Self::Operation,
        Self::Trace,
        Self::SpanId,
        Self::TraceSampled,
        Self::SourceLocation,
        Self::Split,
        Self::ErrorGroups,
        Self::ApphubDestination,
        Self::ApphubSource,
        Self::TextPayload,
        Self::JsonPayload,
        Self::ProtoPayload,
    ];

    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LogName => "logName",
            Self::Resource => "resource",
            Self::Timestamp => "timestamp",
            Self::ReceiveTimestamp => "receiveTimestamp",
            Self::Severity => "severity",
            Self::InsertId => "insertId",
            Self::HttpRequest => "httpRequest",
            Self::Labels => "labels",
            Self::Metadata => "metadata",
            Self::Operation => "operation",
            Self::Trace => "trace",
            Self::SpanId => "spanId",
            Self::TraceSampled => "traceSampled",
            Self::SourceLocation => "sourceLocation",
            Self::Split => "split",
            Self::ErrorGroups => "errorGroups",
            Self::ApphubDestination => "apphubDestination",
            Self::ApphubSource => "apphubSource",
            Self::TextPayload => "textPayload",
            Self::JsonPayload => "jsonPayload",
            Self::ProtoPayload => "protoPayload",
        }
    }

    /// The field of a name as a record may have it: `camelCase` or `snake_case`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "logName" | "log_name" => Self::LogName,
            "resource" => Self::Resource,
            "timestamp" => Self::Timestamp,
            "receiveTimestamp" | "receive_timestamp" => Self::ReceiveTimestamp,
            "severity" => Self::Severity,
            "insertId" | "insert_id" => Self::InsertId,
            "httpRequest" | "http_request" => Self::HttpRequest,
            "labels" => Self::Labels,
            "metadata" => Self::Metadata,
            "operation" => Self::Operation,
            "trace" => Self::Trace,
            "spanId" | "span_id" => Self::SpanId,
            "traceSampled" | "trace_sampled" => Self::TraceSampled,
            "sourceLocation" | "source_location" => Self::SourceLocation,
            "split" => Self::Split,
            "errorGroups" | "error_groups" => Self::ErrorGroups,
            "apphubDestination" | "apphub_destination" => Self::ApphubDestination,
            "apphubSource" | "apphub_source" => Self::ApphubSource,
            "textPayload" | "text_payload" => Self::TextPayload,
            "jsonPayload" | "json_payload" => Self::JsonPayload,
            "protoPayload" | "proto_payload" => Self::ProtoPayload,
            _ => return None,
        })
    }

    /// The field that a key at the top of a flattened entry means besides their own names: those that Google's agents take out of
    /// structured logs, <https://cloud.google.com/logging/docs/structured-logging#special-payload-fields>.
    #[must_use]
    pub fn from_special_key(key: &str) -> Option<Self> {
        Some(match key.strip_prefix("logging.googleapis.com/")? {
            "insertId" => Self::InsertId,
            "labels" => Self::Labels,
            "operation" => Self::Operation,
            "sourceLocation" => Self::SourceLocation,
            "spanId" => Self::SpanId,
            "trace" => Self::Trace,
            "trace_sampled" => Self::TraceSampled,
            _ => return None,
        })
    }

    /// The field of a name as a query may have it: in any case, with or without underscores.
    #[must_use]
    pub fn from_query(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| same_own_name(field.name(), name))
    }

    /// Whether the names below it are the author's own (payloads and labels), so that they are compared exactly.
    #[must_use]
    pub fn holds_free_names(self) -> bool {
        matches!(self, Self::Labels | Self::JsonPayload | Self::ProtoPayload | Self::Metadata)
    }
}

/// Whether two names are one of LogEntry's own in two styles: `requestUrl`, `request_url`, `REQUESTURL`.
pub(crate) fn same_own_name(left: &str, right: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase())
    }
    left == right || (left.len().abs_diff(right.len()) <= 4 && letters(left).eq(letters(right)))
}

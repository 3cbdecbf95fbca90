//! Audit entries: the service, the method, and how the call ended.

use crate::entry::{Data, Number, Value};

use super::push;

/// The codes of [`google.rpc.Code`](https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto), in their order.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Appends `storage.googleapis.com storage.objects.get PERMISSION_DENIED` of an
/// [`AuditLog`](https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog); says whether
/// `payload` is one.
pub(super) fn write(payload: Value<'_>, template: &mut String) -> bool {
    let text = |names: [&str; 2]| payload.get(|key| names.contains(&key)).and_then(|value| value.as_text());
    let Some(method) = text(["methodName", "method_name"]).filter(|method| !method.is_empty()) else { return false };
    if let Some(service) = text(["serviceName", "service_name"]) {
        push(template, service);
    }
    push(template, method);
    let code = payload.get(|key| key == "status").and_then(|status| status.get(|key| key == "code"));
    let code = match code.map(|code| code.data()) {
        Some(Data::Number(Number::Unsigned(code))) => Some(code),
        Some(Data::Text(text)) => text.parse().ok(),
        _ => None,
    };
    // That it went well is said by 0 and by nothing.
    if let Some(code) = code.filter(|code| *code != 0) {
        let name = usize::try_from(code).ok().and_then(|code| CODES.get(code));
        push(template, name.map_or(format!("code {code}").as_str(), |name| *name));
    }
    true
}

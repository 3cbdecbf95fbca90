//! What the names of keys say of what stands beside them.

/// Whether a key that stands beside secrets says where or whose they are, which is what people read logs for.
pub(super) fn is_open(key: &str) -> bool {
    let open = [
        "username",
        "user",
        "user_name",
        "userName",
        "name",
        "id",
        "host",
        "hostname",
        "port",
        "database",
        "type",
        "kind",
        "provider",
        "region",
        "scheme",
    ];
    open.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// Whether this is where a file is: `/run/secrets/db`, the working directory in `PWD`.
pub(super) fn is_path(text: &[u8]) -> bool {
    let roots = [
        "/run/",
        "/var/",
        "/etc/",
        "/home/",
        "/app",
        "/usr/",
        "/opt/",
        "/srv/",
        "/tmp",
        "/secrets/",
        "/workspace",
        "/root",
        "/mnt/",
    ];
    (text == b"/" || roots.iter().any(|root| text.starts_with(root.as_bytes())))
        && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'.'))
}

/// Whether a key's text names what stands beside it.
pub(super) fn is_for_name(key: &str) -> bool {
    matches!(
        key,
        "name"
            | "Name"
            | "NAME"
            | "key"
            | "Key"
            | "KEY"
            | "k"
            | "header"
            | "Header"
            | "headerName"
            | "header_name"
            | "field"
            | "fieldName"
            | "field_name"
            | "keyName"
            | "key_name"
            | "param"
            | "parameter"
            | "paramName"
            | "attribute"
            | "variable"
            | "property"
            | "option"
    )
}

/// Whether a key holds what is named so.
pub(super) fn is_for_value(key: &str) -> bool {
    matches!(
        key,
        "value"
            | "Value"
            | "VALUE"
            | "values"
            | "val"
            | "v"
            | "stringValue"
            | "string_value"
            | "strValue"
            | "str_value"
            | "multiStrValue"
            | "newValue"
            | "new_value"
            | "oldValue"
            | "old_value"
            | "defaultValue"
            | "default_value"
            | "data"
            | "content"
            | "text"
    )
}

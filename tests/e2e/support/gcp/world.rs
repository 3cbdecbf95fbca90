//! What the server has, and how it pages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The token that is let in from the beginning.
pub const TOKEN: &str = "ya29.s3cret-of-the-environment";

/// What becomes of a request instead of an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    Answer(u16, Value),
    /// The connection is closed without a word.
    Cut,
    /// In the middle of the answer.
    Truncated,
    /// Nothing comes.
    Hang,
}

#[derive(Debug)]
pub struct World {
    pub entries: Vec<Value>,
    /// Entries a page at most, whatever is asked for.
    pub most: usize,
    /// Answers are packed with gzip, if the client takes it.
    pub is_packed: bool,
    /// Token endpoints fail so many times first.
    pub token_faults: usize,
    /// Before each page comes one without entries.
    pub has_empty_pages: bool,
    /// So many entries of a page come again with the next.
    pub overlap: usize,
    /// Page tokens of an earlier epoch are refused.
    pub epoch: usize,
    /// What becomes of the request with that number, from 1 on.
    pub faults: BTreeMap<usize, Fault>,
    /// Access tokens that are let in.
    pub tokens: Vec<String>,
    /// How many requests each token is good for.
    pub uses: Option<usize>,
    used: BTreeMap<String, usize>,
    /// Connections on which something was asked for.
    pub connections: usize,
    /// Bodies, in order.
    pub requests: Vec<Value>,
    /// How tokens were asked for.
    pub grants: Vec<String>,
    /// What no request should be.
    pub problems: Vec<String>,
}

/// An entry at a second of 2025-09-14T04:00.
pub fn entry(second: u32, id: &str, rest: Value) -> Value {
    let mut entry = json!({
        "logName": "projects/shop/logs/run.googleapis.com%2Fstderr",
        "timestamp": format!("2025-09-14T04:{:02}:{:02}.123456Z", second / 60, second % 60),
        "receiveTimestamp": "2025-09-14T05:00:00Z",
        "insertId": id,
        "resource": { "type": "cloud_run_revision", "labels": { "service_name": "shop" } },
    });
    entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    entry
}

impl World {
    pub fn new(entries: Vec<Value>) -> Self {
        Self {
            entries,
            most: 1000,
            is_packed: false,
            token_faults: 0,
            has_empty_pages: false,
            overlap: 0,
            epoch: 0,
            faults: BTreeMap::new(),
            tokens: vec![TOKEN.to_owned()],
            uses: None,
            used: BTreeMap::new(),
            connections: 0,
            requests: Vec::new(),
            grants: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub fn is_let_in(&mut self, token: &str) -> bool {
        let used = self.used.entry(token.to_owned()).or_default();
        *used += 1;
        self.tokens.iter().any(|known| known == token) && self.uses.is_none_or(|uses| *used <= uses)
    }

    /// A page, or why there is none.
    pub fn page(&self, body: &Value) -> Result<Value, String> {
        let known = ["resourceNames", "filter", "orderBy", "pageSize", "pageToken"];
        let mut asked = body.as_object().ok_or("no object")?.clone();
        if let Some(field) = asked.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("Invalid JSON payload received. Unknown name \"{field}\": Cannot find field."));
        }
        let token = asked.remove("pageToken");
        let size = asked["pageSize"].as_u64().filter(|size| (1..=1000).contains(size)).ok_or("page_size")?;
        let is_ascending = match asked["orderBy"].as_str() {
            Some("timestamp asc") => true,
            Some("timestamp desc") => false,
            _ => return Err("order_by".to_owned()),
        };
        if asked["resourceNames"].as_array().is_none_or(|names| names.is_empty() || names.len() > 100) {
            return Err("resource_names".to_owned());
        }
        let mut found = self.matching(asked["filter"].as_str().unwrap_or_default())?;
        found.sort_by_key(|entry| (entry["timestamp"].to_string(), entry["insertId"].to_string()));
        if !is_ascending {
            found.reverse();
        }
        let mark = format!("{}:{}", self.epoch, Value::Object(asked));
        let (at, is_empty) = match &token {
            None => (0, self.has_empty_pages),
            Some(token) => parse(token.as_str().unwrap_or_default(), &mark).ok_or("page_token is not valid")?,
        };
        let next = |at: usize, is_empty: bool| Value::from(format!("{at}|{}|{mark}", u8::from(is_empty)));
        if is_empty {
            return Ok(json!({ "nextPageToken": next(at, false) }));
        }
        let end = (at + self.most.min(usize::try_from(size).unwrap())).min(found.len());
        let entries: Vec<Value> = found[at.saturating_sub(self.overlap)..end].iter().map(|e| (*e).clone()).collect();
        let mut page = json!({ "entries": entries });
        if end < found.len() {
            page["nextPageToken"] = next(end, self.has_empty_pages);
        }
        Ok(page)
    }

    /// The entries of a filter: of its window, and of the severity that it names.
    fn matching(&self, filter: &str) -> Result<Vec<&Value>, String> {
        let pattern = r#"^timestamp>="([^"]+)" AND timestamp(<=?)"([^"]+)"( AND \(timestamp>="([^"]+)" OR receiveTimestamp>="([^"]+)"\))?( AND\n((?s).+))?$"#;
        let pattern = regex::Regex::new(pattern).unwrap();
        let found = pattern.captures(filter).ok_or_else(|| format!("filter without a window: {filter}"))?;
        let (since, comparison, until) = (found[1].to_owned(), found[2].to_owned(), found[3].to_owned());
        let is_severe = found.get(8).is_some_and(|rest| rest.as_str().contains("severity>=WARNING"));
        let late = found.get(5).zip(found.get(6)).map(|(own, received)| (own.as_str(), received.as_str()));
        // Seconds, and what is behind them, compare as text where neither has a zone but `Z`.
        let time = |text: &str| text.trim_end_matches('Z').to_owned();
        Ok(self
            .entries
            .iter()
            .filter(|entry| {
                let at = time(entry["timestamp"].as_str().unwrap());
                let is_before = if comparison == "<" { at < time(&until) } else { at <= time(&until) };
                let received = time(entry["receiveTimestamp"].as_str().unwrap_or_default());
                let is_told = late.is_none_or(|(own, from)| at >= time(own) || received >= time(from));
                at >= time(&since) && is_before && is_told && (!is_severe || entry["severity"] == "ERROR")
            })
            .collect())
    }
}

fn parse(token: &str, mark: &str) -> Option<(usize, bool)> {
    let (at, rest) = token.split_once('|')?;
    let (is_empty, own) = rest.split_once('|')?;
    (own == mark).then_some((at.parse().ok()?, is_empty == "1"))
}

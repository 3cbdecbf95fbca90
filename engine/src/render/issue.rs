//! Stub.
#![allow(missing_docs)]
use crate::pack::Pack;
use crate::report::{Cluster, Report};
#[derive(Clone, Copy, Debug)]
pub enum IssueText { Body, Latest, Event }
#[derive(Clone, Debug)]
pub struct Document { pub text: String, pub notes: Vec<String> }
pub fn issue_text(_: &Pack, _: &Report, cluster: &Cluster, which: IssueText) -> Document {
    let text = match which { IssueText::Body => cluster.title.clone(), IssueText::Latest => format!("latest {} {:?}", cluster.count, cluster.last_seen), IssueText::Event => format!("event {}", cluster.action.reason) };
    Document { text, notes: Vec::new() }
}
pub fn roll_up(_: &Report, clusters: &[&Cluster], why: &str) -> Document {
    let list: Vec<String> = clusters.iter().map(|c| format!("- {}", c.title)).collect();
    Document { text: format!("{why}\n{}", list.join("\n")), notes: Vec::new() }
}
pub fn issue_title(title: &str) -> String { title.to_owned() }

//! What can be asked, one method each.

use std::collections::BTreeMap;

use super::super::{
    Answer, Draft, Edit, Filter, Kind, Order, Page, Paged, Place, RemoteComment, RemoteIssue, Repository, Request,
    Trouble,
};
use super::Client;

/// Pages of one listing that are read. A listing that is longer is none that anything can be decided by.
const MOST_PAGES: usize = 300;

impl Client<'_> {
    /// The repository itself.
    pub(crate) fn repository(&mut self) -> Result<Repository, Trouble> {
        match self.send(&Request::Repository)? {
            Answer::Repository(repository) => Ok(repository),
            other => Err(strange(&other)),
        }
    }

    /// Our own login.
    pub(crate) fn author(&mut self) -> Result<String, Trouble> {
        match self.send(&Request::Author)? {
            Answer::Author(login) => Ok(login),
            other => Err(strange(&other)),
        }
    }

    /// All issues of a kind, open and closed, the lowest number first; pull requests are none.
    pub(crate) fn issues(&mut self, filter: &Filter) -> Result<Vec<RemoteIssue>, Trouble> {
        let request = |page| Request::Issues(filter.clone(), Order::Oldest, page);
        let listed = self.pages(request, |answer| match answer {
            Answer::Issues(page) => Ok(page),
            other => Err(strange(&other)),
        })?;
        // Pages shift while they are read, and an issue is on two of them: what was read last is the latest.
        let issues = listed.into_iter().filter(|issue| !issue.is_pull_request).map(|issue| (issue.number, issue));
        Ok(issues.collect::<BTreeMap<_, _>>().into_values().collect())
    }

    /// A few of the newest issues and pull requests, which share their numbers.
    pub(crate) fn newest(&mut self) -> Result<Vec<RemoteIssue>, Trouble> {
        match self.send(&Request::Issues(Filter::default(), Order::Newest, Page::First))? {
            Answer::Issues(page) => Ok(page.items),
            other => Err(strange(&other)),
        }
    }

    /// One issue.
    pub(crate) fn issue(&mut self, place: &Place) -> Result<RemoteIssue, Trouble> {
        self.one_issue(&Request::Issue(place.clone()))
    }

    /// All comments of an issue, the oldest first.
    pub(crate) fn comments(&mut self, place: &Place) -> Result<Vec<RemoteComment>, Trouble> {
        let request = |page| Request::Comments(place.clone(), page);
        let mut comments = self.pages(request, |answer| match answer {
            Answer::Comments(page) => Ok(page),
            other => Err(strange(&other)),
        })?;
        let mut seen = std::collections::BTreeSet::new();
        comments.retain(|comment| seen.insert(comment.id));
        Ok(comments)
    }

    /// Names of all the repository's labels.
    pub(crate) fn labels(&mut self) -> Result<Vec<String>, Trouble> {
        self.pages(Request::Labels, labels)
    }

    /// Makes a label.
    pub(crate) fn create_label(&mut self, name: &str, color: &str, description: &str) -> Result<(), Trouble> {
        let (name, color, description) = (name.to_owned(), color.to_owned(), description.to_owned());
        self.done(&Request::CreateLabel { name, color, description })
    }

    /// Makes an issue.
    pub(crate) fn create(&mut self, draft: Draft) -> Result<RemoteIssue, Trouble> {
        self.one_issue(&Request::Create(draft))
    }

    /// Changes fields of an issue.
    pub(crate) fn edit(&mut self, place: &Place, edit: Edit) -> Result<RemoteIssue, Trouble> {
        self.one_issue(&Request::Edit(place.clone(), edit))
    }

    /// Adds labels to an issue; gives all that it has then.
    pub(crate) fn add_labels(&mut self, place: &Place, names: Vec<String>) -> Result<Vec<String>, Trouble> {
        labels(self.send(&Request::AddLabels(place.clone(), names))?).map(|page| page.items)
    }

    /// Takes a label off an issue.
    pub(crate) fn remove_label(&mut self, place: &Place, label: &str) -> Result<(), Trouble> {
        self.done(&Request::RemoveLabel(place.clone(), label.to_owned()))
    }

    /// Makes a comment.
    pub(crate) fn comment(&mut self, place: &Place, body: &str) -> Result<RemoteComment, Trouble> {
        self.one_comment(&Request::Comment(place.clone(), body.to_owned()))
    }

    /// Changes the text of a comment.
    pub(crate) fn edit_comment(&mut self, place: &Place, id: u64, body: &str) -> Result<RemoteComment, Trouble> {
        self.one_comment(&Request::EditComment(place.clone(), id, body.to_owned()))
    }

    fn one_issue(&mut self, request: &Request) -> Result<RemoteIssue, Trouble> {
        match self.send(request)? {
            Answer::Issue(issue) => Ok(*issue),
            other => Err(strange(&other)),
        }
    }

    fn one_comment(&mut self, request: &Request) -> Result<RemoteComment, Trouble> {
        match self.send(request)? {
            Answer::Comment(comment) => Ok(comment),
            other => Err(strange(&other)),
        }
    }

    fn done(&mut self, request: &Request) -> Result<(), Trouble> {
        match self.send(request)? {
            Answer::Done | Answer::Labels(_) => Ok(()),
            other => Err(strange(&other)),
        }
    }

    /// All pages of a listing, one after the other: all of them, or trouble.
    fn pages<T>(
        &mut self,
        request: impl Fn(Page) -> Request,
        read: impl Fn(Answer) -> Result<Paged<T>, Trouble>,
    ) -> Result<Vec<T>, Trouble> {
        let (mut items, mut page) = (Vec::new(), Page::First);
        for _ in 0..MOST_PAGES {
            let Paged { items: more, next } = read(self.send(&request(page))?)?;
            items.extend(more);
            match next {
                Some(next) => page = Page::Next(next),
                None => return Ok(items),
            }
        }
        Err(Trouble::new(Kind::NoAnswer, format!("a listing has more than {MOST_PAGES} pages")))
    }
}

fn labels(answer: Answer) -> Result<Paged<String>, Trouble> {
    match answer {
        Answer::Labels(page) => Ok(page),
        other => Err(strange(&other)),
    }
}

/// An answer to something else.
fn strange(answer: &Answer) -> Trouble {
    let of = match answer {
        Answer::Repository(_) => "a repository",
        Answer::Author(_) => "a login",
        Answer::Issues(_) => "issues",
        Answer::Issue(_) => "an issue",
        Answer::Comments(_) => "comments",
        Answer::Comment(_) => "a comment",
        Answer::Labels(_) => "labels",
        Answer::Done => "nothing",
    };
    Trouble::new(Kind::NoAnswer, format!("the tracker answered with {of}, which was not asked for"))
}

//! What RE2 makes of a regular expression, where Rust's engine makes something else of it.
//!
//! Cloud Logging's expressions are RE2's (<https://github.com/google/re2/wiki/Syntax>). Both engines come from one family; what
//! differs without a word is settled here: RE2's `\d`, `\w`, `\s` and `\b` know ASCII only, so they are written out; what
//! RE2 refuses, or reads otherwise, is refused.

use std::ops::Range;

use regex_syntax::ast::{
    self, Assertion, AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSetItem, ClassUnicodeKind, Flag, Flags,
    FlagsItemKind, HexLiteralKind, Literal, LiteralKind, RepetitionKind, RepetitionRange, Span, Visitor,
};

/// How often RE2 repeats at most.
const MAX_REPEAT: u32 = 1000;

/// A part of an expression that RE2 refuses or reads otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Where it stands, in bytes of the expression.
    pub(super) range: Range<usize>,
    /// What is said of it.
    pub(super) message: &'static str,
    /// What to write instead.
    pub(super) help: &'static str,
}

/// The expression as Rust's engine must be given it to mean what RE2 takes it for.
pub(super) fn translated(pattern: &str, ast: &Ast) -> Result<String, Vec<Difference>> {
    let walk = Walk { parts: Vec::new(), found: Vec::new(), classes: 0 };
    let Ok(Walk { mut parts, found, .. }) = ast::visit(ast, walk);
    if !found.is_empty() {
        return Err(found);
    }
    parts.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(pattern.len());
    let mut from = 0;
    for (range, part) in parts {
        text.push_str(pattern.get(from..range.start).unwrap_or(""));
        text.push_str(part);
        from = range.end;
    }
    text.push_str(pattern.get(from..).unwrap_or(""));
    Ok(text)
}

struct Walk {
    parts: Vec<(Range<usize>, &'static str)>,
    found: Vec<Difference>,
    /// Brackets around the place that the walk has come to.
    classes: usize,
}

fn range(span: &Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

impl Walk {
    fn find(&mut self, span: &Span, message: &'static str, help: &'static str) {
        self.found.push(Difference { range: range(span), message, help });
    }

    fn perl(&mut self, class: &ClassPerl) {
        let inside = self.classes > 0;
        let part = match (&class.kind, class.negated, inside) {
            (ClassPerlKind::Digit, false, false) => "[0-9]",
            (ClassPerlKind::Digit, false, true) => "0-9",
            (ClassPerlKind::Digit, true, _) => "[^0-9]",
            (ClassPerlKind::Word, false, false) => "[0-9A-Za-z_]",
            (ClassPerlKind::Word, false, true) => "0-9A-Za-z_",
            (ClassPerlKind::Word, true, _) => "[^0-9A-Za-z_]",
            (ClassPerlKind::Space, false, false) => r"[\t\n\f\r ]",
            // A space of its own would be skipped nowhere: the flag `x` is refused.
            (ClassPerlKind::Space, false, true) => r"\t\n\f\r ",
            (ClassPerlKind::Space, true, _) => r"[^\t\n\f\r ]",
        };
        self.parts.push((range(&class.span), part));
    }

    fn flags(&mut self, flags: &Flags) {
        for item in &flags.items {
            if let FlagsItemKind::Flag(flag @ (Flag::IgnoreWhitespace | Flag::CRLF | Flag::Unicode)) = item.kind {
                let help = if flag == Flag::IgnoreWhitespace { "leave the spaces out" } else { "leave the flag out" };
                self.find(&item.span, "RE2 has no such flag; it has `i`, `m`, `s` and `U`", help);
            }
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal.kind {
            LiteralKind::HexFixed(HexLiteralKind::UnicodeShort | HexLiteralKind::UnicodeLong)
            | LiteralKind::HexBrace(HexLiteralKind::UnicodeShort | HexLiteralKind::UnicodeLong) => {
                self.find(&literal.span, "RE2 has no escapes `\\u` and `\\U`", "write the character, or `\\\\x{…}`");
            }
            _ => {}
        }
    }

    fn assertion(&mut self, assertion: &Assertion) {
        match assertion.kind {
            AssertionKind::WordBoundary => self.parts.push((range(&assertion.span), r"(?-u:\b)")),
            AssertionKind::StartLine
            | AssertionKind::EndLine
            | AssertionKind::StartText
            | AssertionKind::EndText
            | AssertionKind::NotWordBoundary => {}
            _ => self.find(
                &assertion.span,
                "RE2 has no such boundary",
                "`\\\\b` is the boundary of a word, on either side",
            ),
        }
    }
}

impl Visitor for Walk {
    type Output = Self;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Self, Self::Err> {
        Ok(self)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        match ast {
            Ast::Flags(set) => self.flags(&set.flags),
            Ast::Group(group) => {
                if let Some(flags) = group.flags() {
                    self.flags(flags);
                }
            }
            Ast::Literal(literal) => self.literal(literal),
            Ast::Assertion(assertion) => self.assertion(assertion),
            Ast::ClassPerl(class) => self.perl(class),
            Ast::ClassUnicode(class) if matches!(class.kind, ClassUnicodeKind::NamedValue { .. }) => {
                self.find(
                    &class.span,
                    "RE2 has general categories and scripts only",
                    "write `\\\\p{Greek}` or `\\\\pN`",
                );
            }
            Ast::Repetition(repetition) => {
                if matches!(*repetition.ast, Ast::Repetition(_)) {
                    self.find(
                        &repetition.op.span,
                        "RE2 refuses an operator that repeats a repetition",
                        "take one of them out",
                    );
                }
                if let RepetitionKind::Range(
                    RepetitionRange::Exactly(most) | RepetitionRange::AtLeast(most) | RepetitionRange::Bounded(_, most),
                ) = repetition.op.kind
                    && most > MAX_REPEAT
                {
                    self.find(&repetition.op.span, "RE2 repeats at most 1000 times", "write `+`, or a smaller count");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        match item {
            ClassSetItem::Perl(class) => {
                self.classes += 1;
                self.perl(class);
                self.classes -= 1;
            }
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(range) => {
                self.literal(&range.start);
                self.literal(&range.end);
            }
            ClassSetItem::Bracketed(class) => {
                // The walk begins with the outermost bracket, which is no item of another one.
                let help = "write `\\\\[` for the bracket";
                self.find(&class.span, "RE2 has no brackets inside brackets: there `[` is the character", help);
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_binary_op_pre(&mut self, op: &ast::ClassSetBinaryOp) -> Result<(), Self::Err> {
        self.find(
            &op.span,
            "RE2 has no `&&`, `--` and `~~` inside brackets: there they are the characters",
            "write `\\\\&`, `\\\\-` or `\\\\~` for the character",
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str) -> Result<String, Vec<Difference>> {
        translated(pattern, &ast::parse::Parser::new().parse(pattern).unwrap())
    }

    fn is_match(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&read(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn classes_know_ascii_only() {
        for (pattern, text, expected) in [
            (r"^\w$", "é", false),
            (r"^\w$", "_", true),
            (r"^\W$", "é", true),
            (r"^[\w-]+$", "a-9_", true),
            (r"^[\w-]+$", "é", false),
            (r"^[^\w]$", "é", true),
            (r"^[\W]$", "é", true),
            (r"^\d+$", "٣", false),
            (r"^\d+$", "42", true),
            (r"^[\d.]+$", "4.2", true),
            (r"^\s$", "\u{a0}", false),
            (r"^\s$", "\t", true),
            (r"^\s$", "\u{b}", false),
            (r"^[\s,]+$", " , ", true),
            (r"\bDB\b", "a DB b", true),
            (r"\bb", "éb", true),
            (r"(?i)straße", "STRASSE", false),
            (r"(?i)k", "\u{212a}", true),
            (r"^\pL$", "é", true),
            (r"^[[:alpha:]]$", "é", false),
            (r"^(?s:.)$", "\n", true),
            (r"^.$", "\n", false),
        ] {
            assert_eq!(is_match(pattern, text), expected, "{pattern} on {text:?}");
        }
        assert!(regex::Regex::new(&read(r"\w{1,1000}").unwrap()).is_ok());
    }

    #[test]
    fn what_re2_refuses_or_reads_otherwise_is_found_at_its_place() {
        for (pattern, part) in [
            ("[[a]]", "[a]"),
            ("x[a&&b]", "a&&b"),
            ("[a--b]", "a--b"),
            ("(?x)a b", "x"),
            ("(?R)a", "R"),
            ("(?i-u:a)", "u"),
            (r"\<a", r"\<"),
            (r"a\b{start}", r"\b{start}"),
            (r"a\u0041", r"\u0041"),
            (r"[\u0041-b]", r"\u0041"),
            ("a**", "*"),
            ("a++b", "+"),
            ("a{1001}", "{1001}"),
            (r"\p{scx=Greek}", r"\p{scx=Greek}"),
        ] {
            let found = read(pattern).expect_err(pattern);
            assert_eq!(found.len(), 1, "{pattern}: {found:?}");
            assert_eq!(&pattern[found[0].range.clone()], part, "{pattern}");
        }
        for pattern in
            ["a*?", "a{2}?", "(?i)a", "(?ims-U:a)", "(a+)+", r"\x41\x{41}\t\A\z", "(?P<n>a)(?<m>b)", "[[:^digit:]]"]
        {
            assert!(read(pattern).is_ok(), "{pattern}");
        }
    }
}

//! What a script defines and imports, before anything is checked.

use rhai::{AST, ASTFlags, Expr, FnAccess, Position, Stmt};

/// A function that a script defines.
pub(in crate::script) struct Defined {
    pub(in crate::script) name: String,
    pub(in crate::script) parameters: Vec<String>,
    pub(in crate::script) is_private: bool,
}

/// A constant at the top of a script.
pub(in crate::script) struct Constant {
    pub(in crate::script) name: String,
    pub(in crate::script) is_exported: bool,
}

/// An import at the top of a script.
pub(in crate::script) struct Import {
    /// The text after `import`; nothing where it is no plain text.
    pub(in crate::script) path: Option<String>,
    /// The name after `as`; empty where there is none.
    pub(in crate::script) alias: String,
    /// Where the text after `import` stands.
    pub(in crate::script) position: Position,
}

/// What a script defines and imports.
pub(in crate::script) struct Outline {
    pub(in crate::script) functions: Vec<Defined>,
    pub(in crate::script) constants: Vec<Constant>,
    pub(in crate::script) imports: Vec<Import>,
}

impl Outline {
    pub(in crate::script) fn of(ast: &AST) -> Self {
        let mut functions: Vec<_> = ast
            .iter_fn_def()
            .filter(|definition| !definition.name.starts_with("anon$"))
            .map(|definition| Defined {
                name: definition.name.to_string(),
                parameters: definition.params.iter().map(ToString::to_string).collect(),
                is_private: definition.access == FnAccess::Private,
            })
            .collect();
        functions.sort_by(|a, b| (&a.name, a.parameters.len()).cmp(&(&b.name, b.parameters.len())));
        let mut outline = Self { functions, constants: Vec::new(), imports: Vec::new() };
        for statement in ast.statements() {
            match statement {
                Stmt::Var(parts, flags, _) if flags.contains(ASTFlags::CONSTANT) => {
                    let is_exported = flags.contains(ASTFlags::EXPORTED);
                    outline.constants.push(Constant { name: parts.0.name.to_string(), is_exported });
                }
                Stmt::Import(parts, _) => outline.imports.push(Import {
                    path: match &parts.0 {
                        Expr::StringConstant(path, _) => Some(path.to_string()),
                        _ => None,
                    },
                    alias: parts.1.name.to_string(),
                    position: parts.0.position(),
                }),
                _ => {}
            }
        }
        outline
    }

    /// The functions of a name, with all their numbers of parameters.
    pub(in crate::script) fn functions_named<'o>(&'o self, name: &'o str) -> impl Iterator<Item = &'o Defined> {
        self.functions.iter().filter(move |function| function.name == name)
    }
}

impl Defined {
    pub(in crate::script) fn signature(&self) -> String {
        format!("{}({})", self.name, self.parameters.join(", "))
    }
}

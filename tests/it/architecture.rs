//! Imports point downwards: along the list of modules in `src/lib.rs`, and inside each module from `foo.rs` to the files
//! in `foo/`, which have no circular imports. Test code may import from the module that it tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The names of a module and its ancestors, from the root of the crate.
type ModulePath = Vec<String>;

/// A file of `src` below the root of the crate.
struct SourceFile {
    module: ModulePath,
    /// Its code without comments and inline tests.
    code: String,
    /// The code of its inline tests.
    inline_tests: String,
}

/// An import of something in another module.
struct Import {
    from: ModulePath,
    to: ModulePath,
    is_in_tests: bool,
}

fn lib() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap()
}

fn source_files(folder: &Path, module: &[String]) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = [module, std::slice::from_ref(&name)].concat();
        if path.is_dir() {
            files.extend(source_files(&path, &module));
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "lib" && name != "main" {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
            let code = lines.collect::<Vec<_>>().join("\n");
            let (code, inline_tests) = code.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&code, ""));
            files.push(SourceFile { module, code: code.to_owned(), inline_tests: inline_tests.to_owned() });
        }
    }
    files
}

/// The paths in a use tree such as `a::{b, c::{self, d}}`.
fn leaves(tree: &str) -> Vec<Vec<&str>> {
    let tree = tree.trim();
    let Some((prefix, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.split("::").filter(|name| *name != "self").collect()];
    };
    let prefix: Vec<_> = prefix.split("::").filter(|name| !name.is_empty()).collect();
    let mut depth = 0;
    let branches = rest.strip_suffix('}').unwrap_or(rest).split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let branches = branches.filter(|branch| !branch.trim().is_empty());
    branches.flat_map(leaves).map(|leaf| [&*prefix, &*leaf].concat()).collect()
}

/// The module, of those that have a file, to which a path in the module `from` refers; `None` for another crate.
fn resolve(path: &[&str], from: &[String], modules: &BTreeSet<&ModulePath>) -> Option<ModulePath> {
    let absolute = match *path.first()? {
        "crate" => path[1..].iter().map(|name| (*name).to_owned()).collect(),
        "super" => {
            let up = path.iter().take_while(|name| **name == "super").count();
            let above = from[..from.len() - up].iter().cloned();
            above.chain(path[up..].iter().map(|name| (*name).to_owned())).collect()
        }
        _ => {
            let below: Vec<_> = from.iter().cloned().chain(path.iter().map(|name| (*name).to_owned())).collect();
            modules.contains(&below[..=from.len()].to_vec()).then_some(below)?
        }
    };
    let prefixes = (1..=absolute.len()).rev().map(|length| absolute[..length].to_vec());
    prefixes.into_iter().find(|prefix| modules.contains(prefix))
}

fn imports(files: &[SourceFile]) -> Vec<Import> {
    let modules: BTreeSet<_> = files.iter().map(|file| &file.module).collect();
    let of_code = |code: &str, from: &[String], file: &SourceFile, is_in_tests: bool| {
        let trees = code.split("use ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(tree, _)| tree.to_owned());
        let paths: Vec<_> = trees
            .flat_map(|tree| leaves(&tree).iter().filter_map(|path| resolve(path, from, &modules)).collect::<Vec<_>>())
            .collect();
        let others = paths.into_iter().filter(|to| *to != file.module);
        others.map(|to| Import { from: file.module.clone(), to, is_in_tests }).collect::<Vec<_>>()
    };
    let is_test_file = |file: &SourceFile| {
        (1..=file.module.len()).any(|length| {
            let declaration = format!("#[cfg(test)]\nmod {};", file.module[length - 1]);
            files.iter().any(|parent| parent.module == file.module[..length - 1] && parent.code.contains(&declaration))
        })
    };
    let of_file = |file: &SourceFile| {
        let inside = [&*file.module, &["tests".to_owned()]].concat();
        let mut imports = of_code(&file.code, &file.module, file, is_test_file(file));
        imports.extend(of_code(&file.inline_tests, &inside, file, true));
        imports
    };
    files.iter().flat_map(of_file).collect()
}

/// The modules in the list of `src/lib.rs`, the topmost first.
fn listed(lib: &str) -> Vec<String> {
    let items = lib.lines().filter_map(|line| line.strip_prefix("//! - [`")?.split_once('`'));
    items.map(|(module, _)| module.to_owned()).collect()
}

/// The modules of one parent that are part of an import cycle or lead to one.
fn import_cycle(edges: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    let mut left = edges.clone();
    loop {
        let sources: BTreeSet<_> = left.iter().map(|(from, _)| from.clone()).collect();
        let before = left.len();
        left.retain(|(_, to)| sources.contains(to));
        if left.len() == before {
            return sources;
        }
    }
}

#[test]
fn imports_point_downwards() {
    let (lib, src) = (lib(), Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    let (listed, files) = (listed(&lib), source_files(src, &[]));
    for file in &files {
        assert!(listed.contains(&file.module[0]), "{} is missing in the list of src/lib.rs", file.module[0]);
    }
    let place = |module: &ModulePath| listed.iter().position(|listed| *listed == module[0]);
    let mut wrong = Vec::new();
    let mut siblings = BTreeMap::<_, BTreeSet<_>>::new();
    let imports = imports(&files);
    for Import { from, to, is_in_tests } in &imports {
        let (text, shared) = (format!("{} imports from {}", from.join("::"), to.join("::")), common(from, to));
        if place(from) > place(to) {
            wrong.push(format!("{text}, which is above it in the list of src/lib.rs"));
        }
        if !is_in_tests && shared == to.len() {
            wrong.push(format!("{text}, which is above it"));
        } else if !is_in_tests && shared < from.len() && shared > 0 {
            siblings.entry(from[..shared].to_vec()).or_default().insert((from[shared].clone(), to[shared].clone()));
        }
    }
    for (parent, edges) in &siblings {
        let cycle = import_cycle(edges);
        if !cycle.is_empty() {
            wrong.push(format!("in {}, these import each other in a cycle: {cycle:?}", parent.join("::")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(imports.len() > 300, "too few imports were found: {}", imports.len());
}

/// The length of the common prefix of two paths.
fn common(a: &[String], b: &[String]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

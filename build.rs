//! Prepares the files of `web/` to be embedded: those that are served as they are, in the two encodings that browsers
//! accept. The best compression would take too long when the program starts.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

const WEB: &str = "web";

/// Text is compressed, except for these files, which the program changes before it serves them.
const COMPRESSED: [&str; 3] = ["css", "js", "svg"];
const CHANGED: [&str; 2] = ["start.js", "sw.js"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={WEB}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join(WEB))?.map(|entry| Ok(entry?.path())).collect::<Result<_, Box<dyn Error>>>()?;
    // Folders contain the files of other pages.
    files.retain(|path| path.is_file());
    files.sort();
    let mut list = String::from("&[\n");
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_compressed = path.extension().is_some_and(|extension| COMPRESSED.iter().any(|text| extension == *text));
        let content = if is_compressed && !CHANGED.contains(&&*name) {
            compress(&path, &out, &name)?
        } else {
            format!("EmbeddedContent::Plain(include_bytes!({:?}))", path.to_string_lossy())
        };
        writeln!(list, "    ({name:?}, {content}),")?;
    }
    list.push_str("]\n");
    fs::write(out.join("web.rs"), list)?;
    Ok(())
}

/// Writes a file in both encodings, and returns the expression that embeds them.
fn compress(path: &Path, out: &Path, name: &str) -> Result<String, Box<dyn Error>> {
    let plain = fs::read(path)?;
    let (gzip, brotli) = (out.join(format!("{name}.gz")), out.join(format!("{name}.br")));
    let mut encoder = GzEncoder::new(File::create(&gzip)?, Compression::best());
    encoder.write_all(&plain)?;
    encoder.finish()?;
    let best = brotli::enc::BrotliEncoderParams { size_hint: plain.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*plain, &mut File::create(&brotli)?, &best)?;
    let (gzip, brotli) = (gzip.to_string_lossy(), brotli.to_string_lossy());
    Ok(format!("EmbeddedContent::Compressed {{ gzip: include_bytes!({gzip:?}), brotli: include_bytes!({brotli:?}) }}"))
}

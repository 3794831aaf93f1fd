//! Parquet files as the CSV they stand for, so that everything after the reading is the same for both.
//!
//! A crate of its own because the Parquet library takes half a minute to build: only builds that read Parquet wait for it.
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cf_linkage::csv::write_field;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The file cannot be opened.
    #[error("cannot open the file")]
    Open(#[from] std::io::Error),
    /// It is no Parquet file, or a damaged one.
    #[error("cannot read it as Parquet")]
    Damaged(#[from] ParquetError),
    /// It is damaged in a way for which the library has no words.
    #[error("cannot read it as Parquet: it is damaged")]
    Beyond,
    /// A column holds lists or records.
    #[error("column `{0}` holds more than one value a row")]
    Nested(String),
}

/// The rows of a flat Parquet file as CSV with a header. Missing values are empty, dates `YYYY-MM-DD`.
///
/// # Errors
/// When the file cannot be read, or a column holds lists or records.
pub fn as_csv(path: &Path) -> Result<Vec<u8>, Unread> {
    whole(File::open(path)?)
}

/// The same for anything that gives bytes at a place.
///
/// # Errors
/// As [`as_csv`].
pub fn whole(input: impl ChunkReader + 'static) -> Result<Vec<u8>, Unread> {
    // The library checks most of what a file says about itself and stops the program at the rest.
    catch_unwind(AssertUnwindSafe(|| read(input))).unwrap_or(Err(Unread::Beyond))
}

fn read(input: impl ChunkReader + 'static) -> Result<Vec<u8>, Unread> {
    let reader = SerializedFileReader::new(input)?;
    let fields = reader.metadata().file_metadata().schema_descr().root_schema().get_fields().to_vec();
    let mut out = Vec::new();
    for (i, field) in fields.iter().enumerate() {
        if !field.is_primitive() {
            return Err(Unread::Nested(field.name().to_owned()));
        }
        write_field(&mut out, field.name().as_bytes());
        out.push(if i + 1 == fields.len() { b'\n' } else { b',' });
    }
    for row in reader.get_row_iter(None)? {
        for (i, (_, value)) in row?.get_column_iter().enumerate() {
            match value {
                Field::Null => {}
                Field::Str(text) => write_field(&mut out, text.as_bytes()),
                Field::Bytes(bytes) => write_field(&mut out, bytes.data()),
                other => write_field(&mut out, other.to_string().as_bytes()),
            }
            out.push(if i + 1 == fields.len() { b'\n' } else { b',' });
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::basic::Compression;
    use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    fn written(path: &Path, compression: Compression) {
        let schema = "message people {
            required binary id (UTF8);
            optional binary surname (UTF8);
            optional int32 dob (DATE);
        }";
        let properties = WriterProperties::builder().set_compression(compression).build();
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut file =
            SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
        let mut rows = file.next_row_group().unwrap();
        let texts = |all: &[&str]| all.iter().map(|t| ByteArray::from(*t)).collect::<Vec<_>>();
        let mut column = rows.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&texts(&["1", "2"]), None, None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let surnames = texts(&["O'Neill, \"the\" young"]);
        column.typed::<ByteArrayType>().write_batch(&surnames, Some(&[1, 0]), None).unwrap();
        column.close().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        column.typed::<Int32Type>().write_batch(&[15_466], Some(&[0, 1]), None).unwrap();
        column.close().unwrap();
        rows.close().unwrap();
        file.close().unwrap();
    }

    #[test]
    fn a_parquet_file_reads_as_the_csv_it_stands_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.parquet");
        for compression in
            [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(Default::default())]
        {
            written(&path, compression);
            let text = String::from_utf8(as_csv(&path).unwrap()).unwrap();
            assert_eq!(text, "id,surname,dob\n1,\"O'Neill, \"\"the\"\" young\",\n2,,2012-05-06\n");
        }
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.parquet");
        written(&path, Compression::SNAPPY);
        let whole = std::fs::read(&path).unwrap();
        for end in [4, 12, whole.len() / 2, whole.len() - 5] {
            std::fs::write(&path, &whole[..end]).unwrap();
            assert!(as_csv(&path).is_err());
        }
        assert!(matches!(as_csv(&folder.path().join("nobody.parquet")), Err(Unread::Open(_))));
    }

    /// The library's own words about a panic would fill the screen of a test run.
    fn quietly<T>(work: impl FnOnce() -> T) -> T {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let done = work();
        std::panic::set_hook(before);
        done
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, ..Default::default() })]

        /// Whatever byte is changed, the file is read or refused; and what is read is a table.
        #[test]
        fn a_file_with_any_byte_changed_is_read_or_refused(
            at in proptest::prelude::any::<proptest::sample::Index>(), flip in 1..=255_u8, more in 0..3_usize,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("people.parquet");
            written(&path, Compression::UNCOMPRESSED);
            let mut bytes = std::fs::read(&path).unwrap();
            let place = at.index(bytes.len());
            for step in 0..=more {
                let place = (place + step * 7) % bytes.len();
                bytes[place] ^= flip;
            }
            std::fs::write(&path, &bytes).unwrap();
            if let Ok(text) = quietly(|| as_csv(&path)) {
                let file = cf_linkage::csv::CsvFile::new(text);
                let mut rows = cf_linkage::csv::Rows::new(&file.bytes, file.body..file.bytes.len(), file.delimiter);
                while rows.next().is_some() {}
            }
        }
    }
}

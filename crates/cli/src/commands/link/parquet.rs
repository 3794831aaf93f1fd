//! Parquet files as the CSV they stand for, so that everything after the reading is the same for both.

use std::fs::File;
use std::path::Path;

use anyhow::Context;
use cf_linkage::csv::write_field;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

/// The rows of a flat Parquet file as CSV with a header. Missing values are empty, dates `YYYY-MM-DD`.
///
/// # Errors
/// When the file cannot be read, or a column holds lists or records.
pub(super) fn as_csv(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = || format!("cannot read `{}` as Parquet", path.display());
    let reader = SerializedFileReader::new(File::open(path).with_context(name)?).with_context(name)?;
    let fields = reader.metadata().file_metadata().schema_descr().root_schema().get_fields().to_vec();
    let mut out = Vec::new();
    for (i, field) in fields.iter().enumerate() {
        anyhow::ensure!(
            field.is_primitive(),
            "`{}`: column `{}` holds more than one value a row",
            path.display(),
            field.name()
        );
        write_field(&mut out, field.name().as_bytes());
        out.push(if i + 1 == fields.len() { b'\n' } else { b',' });
    }
    for row in reader.get_row_iter(None).with_context(name)? {
        let row = row.with_context(name)?;
        for (i, (_, value)) in row.get_column_iter().enumerate() {
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
    }
}

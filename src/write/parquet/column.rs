//! Rows of one table in, one Parquet file out. Knows no report.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::super::decimal::DecimalText;
use super::super::rows::Cell;
use super::super::tables::{Column, Kind, Table};
use crate::ENGINE;

/// Digits of a decimal in all, the most that 16 bytes hold and every reader reads, and behind the point.
const PRECISION: i32 = 38;
pub(super) const SCALE: u32 = 10;

/// Rows of a row group, and bytes of text: what is kept in memory for each table.
const ROWS: usize = 64 * 1024;
const BYTES: usize = 16 << 20;

/// A Parquet file on its way.
pub(super) struct Rows {
    writer: SerializedFileWriter<File>,
    columns: Vec<Values>,
    kinds: Vec<Column>,
    rows: usize,
    bytes: usize,
}

/// The values of a column that wait for their row group.
struct Values {
    values: Kinds,
    /// Whether each row has a value, where rows need not.
    there: Option<Vec<i16>>,
}

enum Kinds {
    Int(Vec<i32>),
    Long(Vec<i64>),
    Bool(Vec<bool>),
    Text(Vec<ByteArray>),
    Decimal(Vec<FixedLenByteArray>),
}

impl Rows {
    /// Begins the file. What table and columns are stands in its metadata, in Chinese.
    pub fn begin(table: &Table, file: File) -> Result<Rows, ParquetError> {
        let kinds: Vec<Column> = table.columns().collect();
        let fields = kinds.iter().map(field).collect::<Result<Vec<TypePtr>, _>>()?;
        let schema = Arc::new(Type::group_type_builder(table.name).with_fields(fields).build()?);
        let about = |key: String, text: &str| KeyValue::new(key, text.to_owned());
        let mut said = vec![about(table.name.to_owned(), table.about)];
        said.extend(kinds.iter().map(|c| about(format!("{}.{}", table.name, c.name), c.about)));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("hedui {ENGINE}"))
            .set_key_value_metadata(Some(said))
            .build();
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
        let columns = kinds.iter().map(Values::new).collect();
        Ok(Rows { writer, columns, kinds, rows: 0, bytes: 0 })
    }

    /// Takes a row. Gives the columns whose decimal does not fit and is left out.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<Vec<&'static str>, ParquetError> {
        let mut unfit = Vec::new();
        for ((values, cell), column) in self.columns.iter_mut().zip(cells).zip(&self.kinds) {
            let fits = values.push(*cell, column.kind);
            if !fits {
                unfit.push(column.name);
            }
            self.bytes += if let Cell::Text(text) = cell { text.len() } else { 0 };
        }
        self.rows += 1;
        if self.rows >= ROWS || self.bytes >= BYTES {
            self.flush()?;
        }
        Ok(unfit)
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut out) = group.next_column()? else { break };
            let there = column.there.as_deref();
            match &column.values {
                Kinds::Int(values) => out.typed::<Int32Type>().write_batch(values, there, None)?,
                Kinds::Long(values) => out.typed::<Int64Type>().write_batch(values, there, None)?,
                Kinds::Bool(values) => out.typed::<BoolType>().write_batch(values, there, None)?,
                Kinds::Text(values) => out.typed::<ByteArrayType>().write_batch(values, there, None)?,
                Kinds::Decimal(values) => out.typed::<FixedLenByteArrayType>().write_batch(values, there, None)?,
            };
            out.close()?;
            column.clear();
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Writes what waits and the end, and gives the file back.
    pub fn end(mut self) -> Result<File, ParquetError> {
        self.flush()?;
        self.writer.into_inner()
    }
}

impl Values {
    fn new(column: &Column) -> Values {
        let values = match column.kind {
            Kind::Int => Kinds::Int(Vec::new()),
            Kind::Id | Kind::Owner(_) | Kind::Row(_) | Kind::Long => Kinds::Long(Vec::new()),
            Kind::Bool => Kinds::Bool(Vec::new()),
            Kind::Text => Kinds::Text(Vec::new()),
            Kind::Decimal | Kind::Wan => Kinds::Decimal(Vec::new()),
        };
        Values { values, there: optional(column).then(Vec::new) }
    }

    fn clear(&mut self) {
        match &mut self.values {
            Kinds::Int(values) => values.clear(),
            Kinds::Long(values) => values.clear(),
            Kinds::Bool(values) => values.clear(),
            Kinds::Text(values) => values.clear(),
            Kinds::Decimal(values) => values.clear(),
        }
        self.there.iter_mut().for_each(Vec::clear);
    }

    /// False for a decimal that does not fit. A cell is of its column's kind, as `rows` is of `tables`.
    fn push(&mut self, cell: Cell<'_>, kind: Kind) -> bool {
        let (mut there, mut fits) = (true, true);
        match (&mut self.values, cell) {
            (Kinds::Int(values), Cell::Int(number)) => values.push(number as i32),
            (Kinds::Long(values), Cell::Int(number)) => values.push(number),
            (Kinds::Bool(values), Cell::Bool(yes)) => values.push(yes),
            (Kinds::Text(values), Cell::Text(text)) => values.push(text.as_bytes().to_vec().into()),
            (Kinds::Decimal(values), Cell::Decimal(decimal)) => match scaled(&decimal, kind == Kind::Wan) {
                Some(number) => values.push(number.to_be_bytes().to_vec().into()),
                None => (there, fits) = (false, false),
            },
            _ => there = false,
        }
        if let Some(all) = &mut self.there {
            all.push(i16::from(there));
        }
        fits
    }
}

/// Every decimal can be missing, because some do not fit.
fn optional(column: &Column) -> bool {
    column.null || matches!(column.kind, Kind::Decimal | Kind::Wan)
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical, length) = match column.kind {
        Kind::Int => (Physical::INT32, None, 0),
        Kind::Id | Kind::Owner(_) | Kind::Row(_) | Kind::Long => (Physical::INT64, None, 0),
        Kind::Bool => (Physical::BOOLEAN, None, 0),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), 0),
        Kind::Decimal | Kind::Wan => {
            (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::decimal(SCALE as i32, PRECISION)), 16)
        }
    };
    let mut field = Type::primitive_type_builder(column.name, physical).with_logical_type(logical);
    if length > 0 {
        field = field.with_length(length).with_precision(PRECISION).with_scale(SCALE as i32);
    }
    let repetition = if optional(column) { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    field.with_repetition(repetition).build().map(Arc::new)
}

/// `1514700.5` as 15147005000000000, in units of the last digit behind the point. `None` where digits would be lost; an amount that is
/// for display only is cut instead.
fn scaled(decimal: &DecimalText, cut: bool) -> Option<i128> {
    let text = decimal.as_str();
    let (whole, mut fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > SCALE as usize {
        if !cut {
            return None;
        }
        fraction = &fraction[..SCALE as usize];
    }
    let digits = format!("{whole}{fraction}");
    let missing = SCALE - fraction.len() as u32;
    let number = digits.parse::<i128>().ok()?.checked_mul(10_i128.pow(missing))?;
    (number.unsigned_abs() < 10_u128.pow(PRECISION as u32)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_loses_nothing_or_is_left_out() {
        let scaled = |text: &str, cut| scaled(&DecimalText::new(text.parse().unwrap()), cut);
        assert_eq!(scaled("1514700.5", false), Some(15_147_005_000_000_000));
        assert_eq!(scaled("-0.0000000001", false), Some(-1));
        assert_eq!(scaled("0.00000000001", false), None);
        assert_eq!(scaled("0.12345678909", true), Some(1_234_567_890));
        assert_eq!(
            scaled("9999999999999999999999999999", false),
            Some(99_999_999_999_999_999_999_999_999_990_000_000_000)
        );
        assert_eq!(scaled("10000000000000000000000000000", false), None);
    }
}

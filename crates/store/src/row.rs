//! Reading one row, column after column, in the order in which the statement names them.

use crate::StoreError;
use crate::value::{Cell, Stored};

/// A row as a database hands it over.
pub(crate) trait Cells {
    /// The value at `index`; none if there is no such column or its text is not UTF-8.
    fn cell(&self, index: usize) -> Option<Cell<'_>>;
    /// The name of the column at `index`.
    fn name(&self, index: usize) -> String;
}

/// A row that is being read.
pub(crate) struct Row<'a> {
    cells: &'a dyn Cells,
    table: &'static str,
    next: usize,
}

impl<'a> Row<'a> {
    pub(crate) fn new(cells: &'a dyn Cells, table: &'static str) -> Self {
        Self {
            cells,
            table,
            next: 0,
        }
    }

    /// The next column.
    pub(crate) fn take<T: Stored>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        self.cells
            .cell(index)
            .and_then(T::from_cell)
            .ok_or_else(|| self.inconsistent(index))
    }

    /// The next column as it is; none if its text is not UTF-8.
    pub(crate) fn take_cell(&mut self) -> Option<Cell<'a>> {
        let index = self.next;
        self.next += 1;
        self.cells.cell(index)
    }

    /// Leaves out the next column.
    pub(crate) fn skip(&mut self) {
        self.next += 1;
    }

    fn inconsistent(&self, index: usize) -> StoreError {
        StoreError::Inconsistent {
            table: self.table,
            column: self.cells.name(index),
            row: match self.cells.cell(0) {
                Some(Cell::Int(number)) => number.to_string(),
                Some(Cell::Text(text)) => text.to_owned(),
                Some(Cell::Blob(bytes)) => {
                    uuid::Uuid::from_slice(bytes).map_or_else(|_| String::new(), |id| id.to_string())
                }
                Some(Cell::Null) | None => String::new(),
            },
        }
    }
}

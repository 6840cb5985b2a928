//! Table rows as statements: which cell is the ID, which the label, and which only speak about the statement.

use std::ops::Range;

use super::id::{self, StatementId};
use crate::syntax::Text;

/// What a column holds, by its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The ID or a number.
    Id,
    /// The statement itself.
    Statement,
    /// Priority, owner, state: about the statement, no part of it.
    Remark,
    /// The value of what the cells before it name.
    Value,
    /// Anything else.
    Other,
}

/// Heads of columns, in small letters.
const HEADS: &[(&str, Column)] = &[
    ("#", Column::Id),
    ("anforderung", Column::Statement),
    ("beschreibung", Column::Statement),
    ("description", Column::Statement),
    ("done", Column::Remark),
    ("id", Column::Id),
    ("key", Column::Id),
    ("moscow", Column::Remark),
    ("no", Column::Id),
    ("no.", Column::Id),
    ("nr", Column::Id),
    ("nr.", Column::Id),
    ("owner", Column::Remark),
    ("prio", Column::Remark),
    ("priority", Column::Remark),
    ("priorität", Column::Remark),
    ("ref", Column::Id),
    ("req", Column::Id),
    ("req id", Column::Id),
    ("requirement", Column::Statement),
    ("requirement id", Column::Id),
    ("requirements", Column::Statement),
    ("requisito", Column::Statement),
    ("responsible", Column::Remark),
    ("specification", Column::Statement),
    ("state", Column::Remark),
    ("statement", Column::Statement),
    ("status", Column::Remark),
    ("value", Column::Value),
    ("wert", Column::Value),
];

/// The columns of the table that is being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns(Vec<Column>);

/// A row, taken apart.
pub(super) struct Row {
    pub id: Option<(StatementId, Range<usize>)>,
    pub label: Option<Range<usize>>,
}

impl Columns {
    /// Reads the head of a table.
    pub fn of(head: &Text) -> Self {
        let column = |cell: &Range<usize>| {
            let name = head.masked[cell.clone()].trim().to_lowercase();
            HEADS
                .binary_search_by(|(known, _)| (*known).cmp(name.as_str()))
                .map_or(Column::Other, |found| HEADS[found].1)
        };
        Self(head.cells.iter().map(column).collect())
    }

    fn column(&self, index: usize) -> Column {
        self.0.get(index).copied().unwrap_or(Column::Other)
    }

    /// Takes a row apart; its ID and its remarks are blanked in the text.
    pub fn row(&self, text: &mut Text) -> Row {
        let mut row = Row { id: None, label: None };
        let mut content = Vec::new();
        for (index, cell) in text.cells.clone().into_iter().enumerate() {
            let words = text.masked[cell.clone()].trim();
            let column = self.column(index);
            let id_column = index == 0 || column == Column::Id;
            if id_column
                && row.id.is_none()
                && let Some(id) = id::only(words)
            {
                let start = cell.start + text.masked[cell.clone()].find(id.as_str()).unwrap_or(0);
                row.id = Some((id.clone(), start..start + id.as_str().len()));
                text.blank(cell);
            } else if column == Column::Remark
                || (column == Column::Id && words.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
            {
                text.blank(cell);
            } else if !words.is_empty() {
                content.push((index, cell));
            }
        }
        // Where a column holds the statement, its label stands before it; else the first of several cells is the label.
        let statement = content.iter().position(|(index, _)| self.column(*index) == Column::Statement);
        let first = content.first().map(|(_, cell)| cell);
        let valued = content.iter().skip(1).any(|(index, _)| self.column(*index) == Column::Value);
        row.label = first.filter(|_| valued || statement.map_or(content.len() > 1, |at| at > 0)).cloned();
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::parse;

    fn rows(table: &str) -> Vec<(Option<String>, Option<String>, String)> {
        let blocks = parse(SourceId(0), table).blocks;
        let columns = Columns::of(&blocks[0].text);
        let read = |text: &Text| {
            let mut text = text.clone();
            let row = columns.row(&mut text);
            let label = row.label.map(|range| text.masked[range].trim().to_owned());
            let words = text.masked.split_whitespace().collect::<Vec<_>>().join(" ");
            (row.id.map(|(id, _)| id.to_string()), label, words)
        };
        blocks[1..].iter().map(|block| read(&block.text)).collect()
    }

    #[test]
    fn heads_can_be_searched() {
        assert!(HEADS.is_sorted_by_key(|(head, _)| *head));
    }

    #[test]
    fn ids_labels_and_remarks_are_told_apart() {
        let table = "ID | Area | Requirement | Priority\n---|---|---|---\nNFR-1 | Speed | starts fast | high\n";
        assert_eq!(rows(table), [(Some("NFR-1".into()), Some("Speed".into()), "Speed starts fast".into())]);
        let table = "| # | Requirement |\n|---|---|\n| 1 | it runs |\n| **SR-2** | it is safe |\n";
        assert_eq!(rows(table), [(None, None, "it runs".into()), (Some("SR-2".into()), None, "it is safe".into())]);
        let table = "| Setting | Value |\n|---|---|\n| Port | 9000 |\n";
        assert_eq!(rows(table), [(None, Some("Port".into()), "Port 9000".into())]);
        let table = "| ID | Requirement | Value |\n|---|---|---|\n| FR-1 | System user | scout |\n";
        assert_eq!(rows(table), [(Some("FR-1".into()), Some("System user".into()), "System user scout".into())]);
    }
}

-- One row: what became of the rows and columns of an import ($import_id), as JSON; NULL where that was not kept.
select import.ledger
from import
where import.import_id = $import_id

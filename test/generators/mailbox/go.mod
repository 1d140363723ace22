module mailbox

go 1.22

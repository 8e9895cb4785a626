/// What came of a piece of a body that libcurl offered or asked for.
enum BodyMove {
    /// So many bytes went over; none ends a body that is being sent.
    case bytes(Int)
    /// Not now: the transfer stands until it is resumed.
    case pause
    case abort
}

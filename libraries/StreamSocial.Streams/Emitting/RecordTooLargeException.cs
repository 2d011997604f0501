namespace StreamSocial.Streams.Emitting;

/// <summary>
/// A processor emitted an entry that is larger than a record may be (<see cref="Tasks.ITaskContext.MaxEntryBytes"/>). The entry that it was
/// processing goes to the dead-letter topic without another try, because every try would emit the same.
/// </summary>
public sealed class RecordTooLargeException : Exception
{
    /// <param name="topic">Where the entry was to go.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="maxBytes">Largest size.</param>
    public RecordTooLargeException(string topic, long bytes, int maxBytes)
        : base($"An entry for topic {topic} has {bytes} bytes with its key; at most {maxBytes} fit into a record.")
    {
    }
}

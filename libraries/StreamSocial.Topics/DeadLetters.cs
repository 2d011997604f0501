namespace StreamSocial.Topics;

/// <summary>Topic for records of another topic that cannot be processed.</summary>
public static class DeadLetterTopic
{
    /// <summary>Name of the dead-letter topic of a topic.</summary>
    public static string NameOf(string topic) => topic + ".dlq";
}

/// <summary>Names of the headers on records of a dead-letter topic; all values are UTF-8 text.</summary>
public static class DeadLetterHeaders
{
    /// <summary>Topic that the entry came from.</summary>
    public const string OriginTopic = "dlq-origin-topic";

    /// <summary>Partition that the entry came from.</summary>
    public const string OriginPartition = "dlq-origin-partition";

    /// <summary>Offset of the record that held the entry.</summary>
    public const string OriginOffset = "dlq-origin-offset";

    /// <summary>Index of the entry in its record, from 0; -1 if the whole record could not be read.</summary>
    public const string OriginEntry = "dlq-origin-entry";

    /// <summary>Timestamp of the record that held the entry, Unix milliseconds.</summary>
    public const string OriginTimestamp = "dlq-origin-timestamp";

    /// <summary>
    /// Bytes that were left out because they do not fit into a record beside these headers; absent when all are there. The origin has them for as
    /// long as its topic keeps them.
    /// </summary>
    public const string OmittedBytes = "dlq-omitted-bytes";

    /// <summary>Number of attempts to process it.</summary>
    public const string Tries = "dlq-tries";

    /// <summary>Type of the last error.</summary>
    public const string ErrorType = "dlq-error-type";

    /// <summary>Message of the last error, cut at 1,000 characters.</summary>
    public const string ErrorMessage = "dlq-error-message";
}

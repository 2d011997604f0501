namespace StreamSocial.Replay.Traces;

/// <summary>What one line of the trace says.</summary>
public enum HiggsInteraction
{
    /// <summary><c>RT</c>: A retweets B.</summary>
    Retweet,

    /// <summary><c>MT</c>: A mentions B.</summary>
    Mention,

    /// <summary><c>RE</c>: A replies to B.</summary>
    Reply,
}

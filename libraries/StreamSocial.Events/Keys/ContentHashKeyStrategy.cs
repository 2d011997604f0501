namespace StreamSocial.Events.Keys;

/// <summary>Everything about one content in one partition. One viral post is one hot partition.</summary>
public sealed class ContentHashKeyStrategy : IKeyStrategy
{
    public string Name => "content-hash";

    public string KeyOf(in KeySource source) => source.ContentId;
}

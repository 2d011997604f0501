namespace StreamSocial.Events.Keys;

/// <summary>Everything of one user in one partition, in order. One celebrity is one hot partition.</summary>
public sealed class UserHashKeyStrategy : IKeyStrategy
{
    public string Name => "user-hash";

    public string KeyOf(in KeySource source) => source.UserId;
}

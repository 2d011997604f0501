using CsCheck;
using StreamSocial.Scaling.Lab.Model;

namespace StreamSocial.Unit.Tests.Scaling.Lab;

public sealed class PartitionAssignmentTests
{
    private static readonly Gen<(int Members, int[] Owners)> Cases =
        Gen.Int[1, 9].SelectMany(members => Gen.Int[PartitionAssignment.None, members - 1].Array[1, 60].Select(owners => (members, owners)));

    [Fact]
    public void Balance_AnyOwners_GivesEqualShares() => Cases.Sample(value =>
    {
        var shares = Enumerable.Range(0, value.Members).Select(member => PartitionAssignment.Balance(value.Owners, value.Members, 0).Count(owner => owner == member)).ToArray();
        Assert.Equal(value.Owners.Length, shares.Sum());
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
    });

    [Fact]
    public void Balance_AnyOwners_MovesNoMorePartitionsThanAreTooMany() => Cases.Sample(value =>
    {
        var balanced = PartitionAssignment.Balance(value.Owners, value.Members, 0);
        var moved = value.Owners.Zip(balanced).Count(pair => pair.First != PartitionAssignment.None && pair.First != pair.Second);
        // The largest keep the larger shares.
        var (share, larger) = (value.Owners.Length / value.Members, value.Owners.Length % value.Members);
        var least = Enumerable.Range(0, value.Members).Select(member => value.Owners.Count(owner => owner == member)).OrderDescending().Select((count, rank) => Math.Max(0, count - share - (rank < larger ? 1 : 0))).Sum();
        Assert.Equal(least, moved);
    });
}

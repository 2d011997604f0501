namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>What is to be done with an entry, a function of its text alone.</summary>
internal readonly record struct SpreadPlan(long Hash, int Middles)
{
    public bool IsPoison => Hash % 31 == 0;

    public bool Forgets => Hash % 3 == 0;

    public bool HasResult => Hash % 4 == 0;

    public static SpreadPlan Of(string text, int middles) => new(SequenceHash.Add(0, text), middles);

    public bool GoesTo(int partition) => partition == (int)(Hash / 64 % Middles) || (Hash >> partition & 3) == 0;
}

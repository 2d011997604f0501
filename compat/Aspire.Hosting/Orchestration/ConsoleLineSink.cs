namespace Aspire.Hosting.Orchestration;

/// <summary>Writes each line with the name of its resource before it, in a colour of its own on a terminal.</summary>
internal sealed class ConsoleLineSink(TextWriter output, bool coloured) : IResourceLineSink
{
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _colours = [];
    private int _width = 16;

    public void Write(string resourceName, string content, bool isError)
    {
        // What the Aspire dashboard says about itself is of no interest while it works; ResourceLoggerService keeps it.
        if (resourceName == AspireDashboard.ResourceName)
            return;

        lock (_lock)
        {
            _width = Math.Max(_width, resourceName.Length);
            var name = resourceName.PadRight(_width);
            output.WriteLine(coloured ? $"\e[{ColourOf_NeedsLock(resourceName)}m{name} |\e[0m {content}" : $"{name} | {content}");
        }
    }

    private int ColourOf_NeedsLock(string resourceName)
    {
        if (!_colours.TryGetValue(resourceName, out var colour))
            _colours[resourceName] = colour = Colours[_colours.Count % Colours.Length];

        return colour;
    }
}

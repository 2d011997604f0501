namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command is shown; there is no dashboard with buttons here.</summary>
public class CommandOptions
{
    public string? Description { get; set; }

    public string? ConfirmationMessage { get; set; }

    public string? IconName { get; set; }

    public bool IsHighlighted { get; set; }
}
